package io.burrow.kafka.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.OptionalBinder;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class KafkaModuleTest {
    private static final Key<MessageSource<String, Integer>> SOURCE = new Key<>() {};
    private static final Key<DeadLetterSink<String, Integer>> SINK = new Key<>() {};
    private static final Key<Optional<DeadLetterSink<String, Integer>>> OPTIONAL_SINK = new Key<>() {};

    private static <K, V> KafkaSource<K, V> source() {
        return KafkaSource.<K, V>builder()
                .consumer(() -> new MockConsumer<>("earliest"))
                .topics("orders")
                .mapper(record -> null)
                .build();
    }

    private static <K, V> KafkaDeadLetters<K, V> sink() {
        return KafkaDeadLetters.<K, V>builder()
                .properties(Map.of("bootstrap.servers", "broker:9092"))
                .build();
    }

    @Test
    void of_classes_bindsTheSourceByItsTypes() {
        KafkaSource<String, Integer> source = source();

        Injector injector = Guice.createInjector(KafkaModule.of(String.class, Integer.class, source));

        assertThat(injector.getInstance(SOURCE)).isSameAs(source);
        assertThat(injector.getInstance(OPTIONAL_SINK)).isEmpty();
    }

    @Test
    void of_genericTypes_bindsTheSourceByItsTypes() {
        KafkaSource<String, List<Integer>> source = source();

        Injector injector = Guice.createInjector(
                KafkaModule.of(TypeLiteral.get(String.class), new TypeLiteral<List<Integer>>() {}, source));

        assertThat(injector.getInstance(new Key<MessageSource<String, List<Integer>>>() {}))
                .isSameAs(source);
    }

    @Test
    void withDeadLetters_bindsTheSink() {
        KafkaDeadLetters<String, Integer> sink = sink();

        Injector injector = Guice.createInjector(KafkaModule.<String, Integer>of(String.class, Integer.class, source())
                .withDeadLetters(sink));

        assertThat(injector.getInstance(SINK)).isSameAs(sink);
    }

    @Test
    void withDeadLetters_overrulesTheDefaultOfAnotherModule() {
        KafkaDeadLetters<String, Integer> sink = sink();
        AbstractModule other = new AbstractModule() {
            @Override
            protected void configure() {
                OptionalBinder.newOptionalBinder(binder(), SINK).setDefault().toInstance(sink());
            }
        };

        Injector injector = Guice.createInjector(
                other,
                KafkaModule.<String, Integer>of(String.class, Integer.class, source())
                        .withDeadLetters(sink));

        assertThat(injector.getInstance(SINK)).isSameAs(sink);
    }

    @Test
    void ofProvider_isAskedOnce() {
        AtomicInteger calls = new AtomicInteger();

        Injector injector = Guice.createInjector(KafkaModule.<String, Integer>ofProvider(
                        TypeLiteral.get(String.class), TypeLiteral.get(Integer.class), () -> {
                            calls.incrementAndGet();
                            return source();
                        })
                .withDeadLettersProvider(KafkaModuleTest::sink));

        assertThat(injector.getInstance(SOURCE)).isSameAs(injector.getInstance(SOURCE));
        assertThat(injector.getInstance(SINK)).isSameAs(injector.getInstance(SINK));
        assertThat(calls).hasValue(1);
    }
}
