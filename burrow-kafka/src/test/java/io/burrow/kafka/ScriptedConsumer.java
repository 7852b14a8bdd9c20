package io.burrow.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The client's own mock, with failures where a test asks for them, and a memory of what it was asked. */
class ScriptedConsumer extends MockConsumer<byte[], byte[]> {
    /** What the next polls return instead of the mock's records. */
    final Deque<ConsumerRecords<byte[], byte[]>> polls = new ArrayDeque<>();
    /** Every request to commit, in order, failed ones included. */
    final List<Map<TopicPartition, OffsetAndMetadata>> requests = new ArrayList<>();

    final List<Duration> pollTimeouts = new ArrayList<>();
    final List<Duration> commitTimeouts = new ArrayList<>();
    final Map<TopicPartition, OffsetAndMetadata> stored = new HashMap<>();
    final Map<MetricName, Metric> counters = new HashMap<>();
    final List<CloseOptions> closes = new ArrayList<>();
    final List<OffsetCommitCallback> callbacks = new ArrayList<>();
    /** What is found by time. */
    final Map<TopicPartition, Long> found = new HashMap<>();

    final List<String> seeks = new ArrayList<>();
    /** How far the client is behind the end of a log, where it knows. */
    final Map<TopicPartition, Long> lags = new HashMap<>();

    int lagQuestions;

    /** Happens while the client is asked that. */
    Runnable onLag = () -> {};

    /** What the next question about that throws. */
    @Nullable
    RuntimeException lagFailure;

    int wakeups;
    int topicQuestions;

    Function<Map<TopicPartition, OffsetAndMetadata>, @Nullable RuntimeException> commitFailure = offsets -> null;
    Function<TopicPartition, @Nullable RuntimeException> positionFailure = partition -> null;
    final Map<TopicPartition, Long> positions = new HashMap<>();

    @Nullable
    RuntimeException committedFailure;

    @Nullable
    RuntimeException topicFailure;

    @Nullable
    RuntimeException closeFailure;

    Runnable onClose = () -> {};

    /** Takes the time that a question is given, of which no answer comes; null while answers come. */
    java.util.function.@Nullable Consumer<Duration> silence;

    private void ask(Duration timeout) {
        if (silence != null) {
            silence.accept(timeout);
            throw new TimeoutException("no answer in " + timeout);
        }
    }

    ScriptedConsumer() {
        super("earliest");
    }

    /** A consumer that knows a topic of two partitions that begin at 0. */
    static ScriptedConsumer of(String... topics) {
        ScriptedConsumer consumer = new ScriptedConsumer();
        for (String topic : topics) {
            consumer.updatePartitions(topic, List.of(info(topic, 0), info(topic, 1)));
            consumer.updateBeginningOffsets(Map.of(new TopicPartition(topic, 0), 0L, new TopicPartition(topic, 1), 0L));
        }
        return consumer;
    }

    private static PartitionInfo info(String topic, int partition) {
        return new PartitionInfo(topic, partition, Node.noNode(), new Node[0], new Node[0]);
    }

    static ConsumerRecord<byte[], byte[]> record(String topic, int partition, long offset) {
        return new ConsumerRecord<>(topic, partition, offset, "key".getBytes(), "value".getBytes());
    }

    /** What a poll returns for one partition: records at the offsets given, and the next offset. */
    static ConsumerRecords<byte[], byte[]> fetched(TopicPartition key, long next, long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long offset : offsets) {
            records.add(record(key.topic(), key.partition(), offset));
        }
        return new ConsumerRecords<>(
                records.isEmpty() ? Map.of() : Map.of(key, records), Map.of(key, new OffsetAndMetadata(next)));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        pollTimeouts.add(timeout);
        ConsumerRecords<byte[], byte[]> result = super.poll(timeout);
        ConsumerRecords<byte[], byte[]> scripted = polls.poll();
        return scripted != null ? scripted : result;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        requests.add(offsets);
        commitTimeouts.add(timeout);
        RuntimeException failure = commitFailure.apply(offsets);
        if (failure != null) {
            throw failure;
        }
        stored.putAll(offsets);
    }

    @Override
    public synchronized void commitAsync(
            Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        requests.add(offsets);
        callbacks.add((sent, thrown) -> {
            if (thrown == null) {
                stored.putAll(offsets);
            }
            callback.onComplete(offsets, thrown);
        });
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> keys, Duration timeout) {
        if (committedFailure != null) {
            throw committedFailure;
        }
        ask(timeout);
        Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
        keys.forEach(key -> found.put(key, stored.get(key)));
        return found;
    }

    @Override
    public synchronized long position(TopicPartition key, Duration timeout) {
        RuntimeException failure = positionFailure.apply(key);
        if (failure != null) {
            throw failure;
        }
        Long position = positions.get(key);
        return position != null ? position : super.position(key, timeout);
    }

    @Override
    public synchronized OptionalLong currentLag(TopicPartition key) {
        lagQuestions++;
        onLag.run();
        RuntimeException failure = lagFailure;
        lagFailure = null;
        if (failure != null) {
            throw failure;
        }
        return lags.containsKey(key) ? OptionalLong.of(lags.get(key)) : OptionalLong.empty();
    }

    @Override
    public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> keys, Duration timeout) {
        ask(timeout);
        return super.beginningOffsets(keys, timeout);
    }

    @Override
    public synchronized void seek(TopicPartition key, long offset) {
        seeks.add(key + " to " + offset);
        super.seek(key, offset);
    }

    @Override
    public synchronized void seekToBeginning(Collection<TopicPartition> keys) {
        keys.forEach(key -> seeks.add(key + " to its beginning"));
        positions.keySet().removeAll(keys);
        super.seekToBeginning(keys);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
            Map<TopicPartition, Long> times, Duration timeout) {
        Map<TopicPartition, OffsetAndTimestamp> answer = new HashMap<>();
        times.forEach((key, time) ->
                answer.put(key, found.containsKey(key) ? new OffsetAndTimestamp(found.get(key), time) : null));
        return answer;
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
        topicQuestions++;
        if (topicFailure != null) {
            throw topicFailure;
        }
        return super.partitionsFor(topic, timeout);
    }

    @Override
    public Map<String, List<PartitionInfo>> listTopics(Duration timeout) {
        topicQuestions++;
        if (topicFailure != null) {
            throw topicFailure;
        }
        return super.listTopics(timeout);
    }

    @Override
    public synchronized Map<MetricName, ? extends Metric> metrics() {
        return counters;
    }

    @Override
    public synchronized void wakeup() {
        wakeups++;
        super.wakeup();
    }

    @Override
    public void close(CloseOptions options) {
        closes.add(options);
        onClose.run();
        RuntimeException failure = closeFailure;
        closeFailure = null;
        if (failure != null) {
            throw failure;
        }
        super.close(options);
    }
}
