package io.burrow.metrics.prometheus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's own meters. Nothing is connected: a consumer has most of them from its start. */
class MeteredConsumersTest {
    private static final Map<String, Object> PROPERTIES =
            Map.of("bootstrap.servers", "localhost:1", "group.id", "g", "enable.auto.commit", false);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Function<Map<String, Object>, Consumer<byte[], byte[]>> consumers =
            MeteredConsumers.in(registry, "mailer");

    @SuppressWarnings("deprecation")
    static Stream<java.util.function.Consumer<Consumer<byte[], byte[]>>> closes() {
        return Stream.of(
                Consumer::close,
                consumer -> consumer.close(Duration.ZERO),
                consumer -> consumer.close(CloseOptions.timeout(Duration.ZERO)));
    }

    @ParameterizedTest
    @MethodSource("closes")
    void meters_areThereAsLongAsTheConsumerIsOpen(java.util.function.Consumer<Consumer<byte[], byte[]>> close) {
        Consumer<byte[], byte[]> consumer = consumers.apply(PROPERTIES);
        assertThat(registry.getMeters())
                .isNotEmpty()
                .allMatch(meter -> meter.getId().getName().startsWith("kafka."))
                .allMatch(meter -> "mailer".equals(meter.getId().getTag("burrow")));
        assertThat(registry.find("kafka.consumer.last.poll.seconds.ago").meter())
                .as("what the runbook looks at")
                .isNotNull();

        close.accept(consumer);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void propertiesThatTheClientRefuses_leaveNoMeters() {
        assertThatThrownBy(() -> consumers.apply(Map.of("bootstrap.servers", "nowhere")))
                .isInstanceOf(KafkaException.class);
        assertThat(registry.getMeters()).isEmpty();
    }
}
