package io.burrow.core.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class BurrowModuleTest {
    private static final Key<Burrow<String, Integer>> BURROW = Key.get(new TypeLiteral<Burrow<String, Integer>>() {});

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 1);
    private final Set<Integer> handled = ConcurrentHashMap.newKeySet();

    @Test
    void sourceAndHandler_areEnough() {
        Injector injector = Guice.createInjector(BurrowModule.of(String.class, Integer.class), parts(), handler());
        try (Burrow<String, Integer> burrow = injector.getInstance(BURROW)) {
            assertThat(injector.getInstance(BURROW)).isSameAs(burrow);
            assertThat(injector.getInstance(BurrowControl.class)).isSameAs(burrow);
            assertThat(burrow.config()).isEqualTo(burrow.config());
            burrow.start();
            broker.produce("t", 0, "k", 7);
            Wait.until("handled", () -> handled.contains(7));
        }
    }

    @Test
    void everythingThatIsBound_isUsed() {
        InMemoryDeadLetters<String, Integer> letters = new InMemoryDeadLetters<>();
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Module extras = new AbstractModule() {
            @Override
            protected void configure() {
                bind(BurrowConfig.class)
                        .toInstance(BurrowConfig.builder()
                                .name("wired")
                                .retryPolicy(RetryPolicy.never())
                                .build());
                bind(new TypeLiteral<DeadLetterSink<String, Integer>>() {}).toInstance(letters);
                Multibinder.newSetBinder(binder(), BurrowListener.class)
                        .addBinding()
                        .toInstance(new BurrowListener() {
                            @Override
                            public void started(BurrowControl burrow) {
                                order.add("started " + burrow.name());
                            }
                        });
                Multibinder.newSetBinder(binder(), new TypeLiteral<io.burrow.api.spi.Stage<String, Integer>>() {})
                        .addBinding()
                        .toInstance(next -> message -> {
                            order.add("stage");
                            return next.handle(message);
                        });
                bind(new TypeLiteral<AsyncMessageHandler<String, Integer>>() {}).toInstance(message -> {
                    throw new IllegalStateException("no");
                });
            }
        };
        Injector injector = Guice.createInjector(BurrowModule.of(String.class, Integer.class), parts(), extras);
        try (Burrow<String, Integer> burrow = injector.getInstance(BURROW)) {
            burrow.start();
            broker.produce("t", 0, "k", 1);
            Wait.until("dead-lettered", () -> letters.letters().size() == 1);
        }
        assertThat(order).containsExactly("started wired", "stage");
    }

    @Test
    void missingSource_isSaidWhenTheInjectorIsMade() {
        assertThatThrownBy(() -> Guice.createInjector(BurrowModule.of(String.class, Integer.class), handler()))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("MessageSource<");
    }

    @Test
    void missingHandler_isSaidWhenTheBurrowIsMade() {
        Injector injector = Guice.createInjector(BurrowModule.of(String.class, Integer.class), parts());
        assertThatThrownBy(() -> injector.getInstance(BURROW))
                .isInstanceOfAny(ProvisionException.class, ConfigurationException.class)
                .hasMessageContaining("a handler");
    }

    private Module parts() {
        return new AbstractModule() {
            @Override
            protected void configure() {
                bind(new TypeLiteral<MessageSource<String, Integer>>() {}).toInstance(broker.source("g", List.of("t")));
            }
        };
    }

    private Module handler() {
        return new AbstractModule() {
            @Override
            protected void configure() {
                bind(new TypeLiteral<MessageHandler<String, Integer>>() {})
                        .toInstance(message -> handled.add(message.value()));
            }
        };
    }
}
