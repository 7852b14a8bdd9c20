package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Message;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.Broker;
import io.burrow.kafka.Outputs;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A topic that handlers write to: none to three receipts for each record, whose texts say which record and which of its
 * receipts. So what is missing, there twice, or from an attempt that does not count can be told by reading it.
 */
final class Receipts {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int PARTITIONS = 3;

    private final Broker broker;
    private final String topic;

    private Receipts(Broker broker, String topic) {
        this.broker = broker;
        this.topic = topic;
    }

    /** Makes the topic. */
    static Receipts on(Broker broker) {
        String topic = "receipts-" + NUMBER.incrementAndGet();
        broker.createTopic(topic, PARTITIONS);
        return new Receipts(broker, topic);
    }

    String topic() {
        return topic;
    }

    /** How many receipts a record has. */
    static int count(int partition, long offset) {
        return (int) ((offset + partition) % 4);
    }

    private static String text(int partition, long offset, int which) {
        return partition + "@" + offset + "#" + which;
    }

    /** Writes the receipts of a record, as its handler does. */
    static void write(String topic, Message<?, ?> message, Outputs<String, String> outputs) {
        for (int which = 0; which < count(message.partition(), message.offset()); which++) {
            String text = text(message.partition(), message.offset(), which);
            outputs.send(new ProducerRecord<>(topic, (int) (message.offset() % PARTITIONS), null, text));
        }
    }

    /** Asserts that a reader of what is committed sees each receipt of so many records once, and nothing else. */
    void assertEachOnce(int partitions, long recordsEach) {
        Map<String, Integer> expected = new TreeMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            for (long offset = 0; offset < recordsEach; offset++) {
                for (int which = 0; which < count(partition, offset); which++) {
                    expected.put(text(partition, offset, which), 1);
                }
            }
        }
        Map<String, Integer> seen = read(IsolationLevel.READ_COMMITTED);
        Map<String, Integer> wrong = new TreeMap<>();
        seen.forEach((receipt, times) -> {
            if (times != expected.getOrDefault(receipt, 0)) {
                wrong.put(receipt, times);
            }
        });
        expected.keySet().forEach(receipt -> {
            if (!seen.containsKey(receipt)) {
                wrong.put(receipt, 0);
            }
        });
        assertThat(wrong)
                .as("receipts that are not there once, and how often they are")
                .isEmpty();
        assertThat(seen).isEqualTo(expected);
    }

    /** How many receipts stand in the log, aborted ones included. */
    int written() {
        return read(IsolationLevel.READ_UNCOMMITTED).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** How many receipts a reader of what is committed sees. */
    int committed() {
        return read(IsolationLevel.READ_COMMITTED).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** Reads everything, when no transaction is open any more, and counts how often each receipt is there. */
    private Map<String, Integer> read(IsolationLevel isolation) {
        Map<TopicPartition, Long> ends = broker.endOffsets(topic);
        Await.until(
                "the end of all transactions on " + topic,
                Scene.LIMIT,
                () -> stableEnds(ends).equals(ends));
        Map<String, Integer> seen = new HashMap<>();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation.toString()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            Await.until("all of " + topic, Scene.LIMIT, () -> {
                consumer.poll(Duration.ofMillis(50))
                        .forEach(record -> seen.merge(new String(record.value(), UTF_8), 1, Integer::sum));
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return seen;
    }

    private Map<TopicPartition, Long> stableEnds(Map<TopicPartition, Long> ends) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        ends.keySet().forEach(key -> latest.put(key, OffsetSpec.latest()));
        Map<TopicPartition, Long> stable = new HashMap<>();
        broker.admin()
                .listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .forEach((key, info) -> stable.put(key, info.offset()));
        return stable;
    }
}
