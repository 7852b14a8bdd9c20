package io.burrow.kafka;

import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** A source over a scripted consumer and a clock that stands still unless it is told to move. */
final class Harness implements RecordReceiver<String, String> {
    static final TopicPartition P0 = new TopicPartition("orders", 0);
    static final TopicPartition P1 = new TopicPartition("orders", 1);
    static final org.apache.kafka.common.TopicPartition K0 = Assignment.key(P0);
    static final org.apache.kafka.common.TopicPartition K1 = Assignment.key(P1);
    static final Duration MAX_POLL_INTERVAL = Duration.ofMinutes(5);

    final ScriptedConsumer consumer;
    final RecordingListener listener = new RecordingListener();
    /** Which topic has a name, where a test says so. */
    final Map<String, Uuid> ids = new HashMap<>();

    /** Questions about beginnings that nobody has answered. */
    final Map<org.apache.kafka.common.TopicPartition, KafkaFutureImpl<Long>> unanswered = new HashMap<>();

    private final BrokerQuestions questions = new BrokerQuestions() {
        @Override
        public Map<String, KafkaFuture<Uuid>> ids(Set<String> asked) {
            Map<String, KafkaFuture<Uuid>> answers = new HashMap<>();
            asked.forEach(topic -> {
                KafkaFutureImpl<Uuid> answer = new KafkaFutureImpl<>();
                if (ids.containsKey(topic)) {
                    answer.complete(ids.get(topic));
                } else {
                    answer.completeExceptionally(new UnknownTopicOrPartitionException());
                }
                answers.put(topic, answer);
            });
            return answers;
        }

        /** What the consumer says, or nothing while that gets no answers either. */
        @Override
        public Map<org.apache.kafka.common.TopicPartition, KafkaFuture<Long>> beginnings(
                Set<org.apache.kafka.common.TopicPartition> asked) {
            Map<org.apache.kafka.common.TopicPartition, KafkaFuture<Long>> answers = new HashMap<>();
            asked.forEach(key -> {
                KafkaFutureImpl<Long> answer = new KafkaFutureImpl<>();
                if (consumer.silence != null) {
                    unanswered.put(key, answer);
                } else {
                    try {
                        answer.complete(consumer.beginningOffsets(Set.of(key)).get(key));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                }
                answers.put(key, answer);
            });
            return answers;
        }

        @Override
        public void close() {
            ids.clear();
        }
    };

    final AtomicLong nanos = new AtomicLong();
    final KafkaSource<String, String> source;
    /** What was handed over: {@code orders-0 [0, 1] -> 2}. */
    final List<String> received = new ArrayList<>();

    final List<SourceRecord<String, String>> records = new ArrayList<>();

    Harness(ScriptedConsumer consumer, String... topics) {
        this(consumer, true, topics);
    }

    /** Over retry topics too, whose clock is the harness's. */
    static Harness of(ScriptedConsumer consumer, RetryTopics retries, String... topics) {
        return new Harness(consumer, true, OffsetReset.UNKNOWN, CorruptRecordsAction.HALT, retries, true, topics);
    }

    Harness(ScriptedConsumer consumer, boolean classic, String... topics) {
        this(consumer, classic, OffsetReset.UNKNOWN, CorruptRecordsAction.HALT, topics);
    }

    Harness(
            ScriptedConsumer consumer,
            boolean classic,
            OffsetReset offsetReset,
            CorruptRecordsAction onCorruptRecords,
            String... topics) {
        this(consumer, classic, offsetReset, onCorruptRecords, null, true, topics);
    }

    private Harness(
            ScriptedConsumer consumer,
            boolean classic,
            OffsetReset offsetReset,
            CorruptRecordsAction onCorruptRecords,
            @Nullable RetryTopics retries,
            boolean withQuestions,
            String... topics) {
        this.consumer = consumer;
        Deserialization<String, String> strings =
                new Deserialization<>(new StringDeserializer(), new StringDeserializer());
        this.source = new KafkaSource<>(
                new SourceSettings(
                        () -> consumer,
                        "broker:9092",
                        classic,
                        Subscription.to(List.of(topics)),
                        new DueTimes(retries, () -> nanos.get() / 1_000_000),
                        Duration.ofSeconds(5),
                        MAX_POLL_INTERVAL,
                        GroupMembershipOperation.LEAVE_GROUP,
                        offsetReset,
                        onCorruptRecords,
                        withQuestions ? () -> questions : null,
                        Duration.ofSeconds(5),
                        4096,
                        null,
                        nanos::get),
                record -> new KafkaMessage<>(record, strings));
    }

    /** Opened, over the topic "orders", with nothing assigned. */
    static Harness opened() {
        return opened(true);
    }

    static Harness opened(boolean classic) {
        Harness harness = new Harness(ScriptedConsumer.of("orders"), classic, "orders");
        harness.source.open(harness.listener);
        return harness;
    }

    /** Opened, with both partitions of "orders" assigned at position 0. */
    static Harness assigned() {
        return assigned(opened());
    }

    /** The same where nobody but the consumer can be asked. */
    static Harness assignedWithoutQuestions() {
        Harness harness = new Harness(
                ScriptedConsumer.of("orders"),
                true,
                OffsetReset.UNKNOWN,
                CorruptRecordsAction.HALT,
                null,
                false,
                "orders");
        harness.source.open(harness.listener);
        return assigned(harness);
    }

    private static Harness assigned(Harness harness) {
        harness.consumer.rebalance(List.of(K0, K1));
        harness.listener.events.clear();
        return harness;
    }

    void poll() {
        source.poll(Duration.ofMillis(500), this);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    OffsetCommitter committer() {
        return source.committer();
    }

    static Map<TopicPartition, CommitPoint> point(TopicPartition partition, long offset) {
        return Map.of(partition, CommitPoint.of(offset));
    }

    @Override
    public void receive(
            TopicPartition partition, Iterator<? extends SourceRecord<String, String>> each, long endPosition) {
        List<Long> offsets = new ArrayList<>();
        each.forEachRemaining(record -> {
            offsets.add(record.offset());
            records.add(record);
        });
        received.add(partition + " " + offsets + " -> " + endPosition);
    }

    Message<String, String> decoded(int index) throws Exception {
        return records.get(index).decode();
    }
}
