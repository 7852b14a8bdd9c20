package io.burrow.it.alacarte;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;

/** Needs api, core and Guice. */
final class CoreGuiceMain {
    private CoreGuiceMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws InterruptedException {
        Orders orders = new Orders();
        Injector injector = Guice.createInjector(BurrowModule.of(String.class, String.class), binder -> {
            binder.bind(new TypeLiteral<MessageSource<String, String>>() {}).toInstance(orders.source());
            binder.bind(new TypeLiteral<MessageHandler<String, String>>() {}).toInstance(message -> orders.handle());
        });
        orders.run(injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {})));
    }
}
