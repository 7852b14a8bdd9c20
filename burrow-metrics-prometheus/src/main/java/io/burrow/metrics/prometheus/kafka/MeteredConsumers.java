package io.burrow.metrics.prometheus.kafka;

import io.burrow.metrics.prometheus.MeterNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Makes consumers that show their own meters ({@code kafka.consumer.…}) as long as they are open: for
 * {@code KafkaSourceBuilder.consumerFactory}.
 *
 * <pre>{@code
 * KafkaSource.<String, String>builder()
 *         .properties(properties)
 *         .consumerFactory(MeteredConsumers.in(registry, "mailer"))
 * }</pre>
 *
 * <p>They are those of Micrometer's {@link KafkaClientMetrics}, with the tag {@link MeterNames#TAG_BURROW} besides the
 * client's. A thread of it looks for new ones once in a minute. Both go when the consumer is closed. Any thread.
 */
public final class MeteredConsumers {
    private MeteredConsumers() {}

    /**
     * A factory of consumers.
     *
     * @param registry where the meters go
     * @param burrow the name of the Burrow that reads with them
     * @return makes a consumer out of its properties; it throws what the client throws about them
     */
    public static Function<Map<String, Object>, Consumer<byte[], byte[]>> in(MeterRegistry registry, String burrow) {
        Objects.requireNonNull(registry, "registry");
        List<Tag> tags = List.of(Tag.of(MeterNames.TAG_BURROW, burrow));
        return properties -> new MeteredConsumer(properties, registry, tags);
    }

    private static final class MeteredConsumer extends KafkaConsumer<byte[], byte[]> {
        private final KafkaClientMetrics meters;

        MeteredConsumer(Map<String, Object> properties, MeterRegistry registry, List<Tag> tags) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            meters = new KafkaClientMetrics(this, tags);
            meters.bindTo(registry);
        }

        @Override
        public void close() {
            try {
                super.close();
            } finally {
                meters.close();
            }
        }

        @Override
        @SuppressWarnings("deprecation") // whoever calls it is served
        public void close(Duration timeout) {
            try {
                super.close(timeout);
            } finally {
                meters.close();
            }
        }

        @Override
        public void close(CloseOptions options) {
            try {
                super.close(options);
            } finally {
                meters.close();
            }
        }
    }
}
