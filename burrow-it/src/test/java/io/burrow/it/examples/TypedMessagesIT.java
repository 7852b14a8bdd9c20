package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.examples.TypedMessages.Order;
import io.burrow.it.kafka.SharedKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs {@link TypedMessages} with orders that fail at first, and with records that are no orders. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class TypedMessagesIT {
    private final EmbeddedKafka kafka;

    TypedMessagesIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void handler_seesOrdersAtEachAttempt_andWhatIsNoneGoesToTheDeadLettersAsItWas() {
        kafka.createTopic("typed", 2);
        kafka.createTopic("typed-dead", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            records.add(Topics.record("typed", "order-" + i, "" + i));
            records.get(i).headers().add("tenant", "tenant-1".getBytes(UTF_8));
        }
        records.add(Topics.record("typed", "order-20", "20")); // of nobody
        records.add(Topics.record("typed", "order-21", "many"));
        records.get(21).headers().add("tenant", "tenant-2".getBytes(UTF_8));
        kafka.produce("typed", records);

        Map<String, Order> booked = new ConcurrentHashMap<>();
        try (Burrow<String, Long> burrow =
                TypedMessages.orders(kafka.bootstrapServers(), "typed", "typed-dead", order -> {
                    if (order.attempt() == 1 && order.value() % 5 == 0) {
                        throw new IllegalStateException("the books are closed");
                    }
                    booked.put(order.key(), order);
                })) {
            burrow.start();
            Await.until("all booked", Topics.LIMIT, () -> burrow.stats().processed() == 20);
            Await.until("the rest exhausted", Topics.LIMIT, () -> burrow.stats().deadLettered() == 2);
        }
        assertThat(booked.values()).hasSize(20).allSatisfy(order -> {
            assertThat(order.key()).isEqualTo("order-" + order.value());
            assertThat(order.tenant()).isEqualTo("tenant-1");
            assertThat(order.attempt()).isEqualTo(order.value() % 5 == 0 ? 2 : 1);
        });
        assertThat(Topics.committedValues(kafka, "typed-dead")).containsExactlyInAnyOrder("20", "many");
    }
}
