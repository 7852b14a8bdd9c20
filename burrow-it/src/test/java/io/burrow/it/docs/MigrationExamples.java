package io.burrow.it.docs;

import io.burrow.api.Ordering;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The Java of docs/migration.md, between marks. */
final class MigrationExamples {
    private MigrationExamples() {}

    static void before(Map<String, Object> properties, BooleanSupplier running, Consumer<String> handle) {
        // [before]
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("orders"));
            while (running.getAsBoolean()) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    handle.accept(record.value());
                }
                consumer.commitSync();
            }
        }
        // [before]
    }

    static Burrow<String, String> after(Map<String, Object> properties, Consumer<String> handle) {
        // [after]
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(properties)
                        .topics("orders")
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .config(c -> c.ordering(Ordering.PARTITION)) // as before; KEY or UNORDERED for more at once
                .handler(message -> handle.accept(message.value()))
                .build();
        burrow.start();
        // [after]
        return burrow;
    }
}
