package io.burrow.it.alacarte;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.MessageHandler;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.kafka.guice.KafkaModule;
import java.util.concurrent.CountDownLatch;

/** Needs api, core, kafka and Guice. */
final class KafkaGuiceMain {
    private KafkaGuiceMain() {}

    /** Takes the broker's address, a topic with three records, and a group. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch handled = new CountDownLatch(3);
        Injector injector = Guice.createInjector(
                BurrowModule.of(String.class, String.class),
                KafkaModule.of(String.class, String.class, KafkaMain.source(args))
                        .withDeadLetters(KafkaMain.deadLetters(args)),
                binder -> binder.bind(new TypeLiteral<MessageHandler<String, String>>() {})
                        .toInstance(message -> handled.countDown()));
        Burrow<String, String> burrow = injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {}));
        burrow.start();
        KafkaMain.await(handled);
        burrow.close();
        System.out.println("handled " + burrow.stats().processed());
    }
}
