package io.burrow.core.testing;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Headers;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A broker in memory: topics, consumer groups with rebalances, committed offsets with metadata, and faults on request.
 * For tests of handlers, policies and of Burrow itself.
 *
 * <pre>{@code
 * InMemoryBroker broker = new InMemoryBroker();
 * broker.createTopic("orders", 2);
 * broker.produce("orders", 0, "key", "value");
 * InMemorySource<String, String> source = broker.source("group", List.of("orders"));
 * }</pre>
 *
 * <p>It behaves as Kafka does where that matters to a consumer: a commit is not refused because another member owns the
 * partition, the limit of metadata counts characters and fails one partition alone, offsets have holes, a member that
 * was thrown out learns of it in its next poll.
 *
 * <p>Every method may be called by any thread and returns at once. There is no thread and no randomness in it, and no
 * clock but in a {@linkplain InMemorySource#poll poll} that waits; used from one thread, the same calls give the same
 * results. Nothing is ever forgotten, the history of commits included: a broker is meant for one test.
 *
 * <p>Unknown topics, partitions and members are refused with {@link IllegalArgumentException}. A group comes into being
 * when it is named.
 */
public final class InMemoryBroker {
    private final Monitor monitor = new Monitor();
    private final Logs logs = new Logs();
    private final TreeMap<String, Group> groups = new TreeMap<>();
    /** Those of open sources, thrown out or not. */
    private final TreeMap<String, Member> members = new TreeMap<>();

    private volatile int metadataLimit = 4096;

    /** Makes a broker without topics. */
    public InMemoryBroker() {}

    /**
     * Makes a topic.
     *
     * @param topic its name, which must be free
     * @param partitions how many partitions it has, positive
     * @return this
     */
    public InMemoryBroker createTopic(String topic, int partitions) {
        change(() -> {
            logs.create(topic, partitions);
            groups.values().forEach(group -> group.topicChanged(topic));
        });
        return this;
    }

    /**
     * Adds partitions to a topic. The groups that read it rebalance.
     *
     * @param topic the topic
     * @param count how many to add, positive
     */
    public void addPartitions(String topic, int count) {
        change(() -> {
            logs.add(topic, count);
            groups.values().forEach(group -> group.topicChanged(topic));
        });
    }

    /**
     * Deletes a topic with its records and the offsets committed for it. The groups that read it rebalance; what is
     * committed for it from then on comes to {@link CommitOutcome#RETRY}. A topic of the same name that is made later
     * is another one: who still reads the old is reset.
     *
     * @param topic the topic
     */
    public void deleteTopic(String topic) {
        change(() -> {
            logs.delete(topic);
            groups.values().forEach(group -> {
                group.offsets().forget(topic);
                group.topicChanged(topic);
            });
        });
    }

    /**
     * The partitions of a topic.
     *
     * @param topic the topic
     * @return its partitions in order
     */
    public List<TopicPartition> partitions(String topic) {
        return monitor.call(() -> {
            logs.of(topic);
            return logs.partitions(topic);
        });
    }

    /**
     * Appends a record without headers and timestamp.
     *
     * @param topic the topic
     * @param partition the partition
     * @param key the key, or null
     * @param value the value, or null
     * @return its offset
     */
    public long produce(String topic, int partition, @Nullable Object key, @Nullable Object value) {
        return produce(topic, partition, key, value, Headers.empty(), -1);
    }

    /**
     * Appends a record.
     *
     * @param topic the topic
     * @param partition the partition
     * @param key the key, or null
     * @param value the value, or null
     * @param headers the headers
     * @param timestamp milliseconds since 1970-01-01T00:00Z, or -1 if not known
     * @return its offset
     */
    public long produce(
            String topic,
            int partition,
            @Nullable Object key,
            @Nullable Object value,
            Headers headers,
            long timestamp) {
        return append(topic, partition, key, value, headers, timestamp, true);
    }

    /**
     * Appends a record to the partition that the key's hash code says, arrays of bytes by content; records without a
     * key go round.
     *
     * @param topic the topic
     * @param key the key, or null
     * @param value the value, or null
     * @return its offset
     */
    public long produce(String topic, @Nullable Object key, @Nullable Object value) {
        return monitor.call(() -> {
            List<PartitionLog> all = logs.of(topic);
            long hash = key instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(key);
            if (key == null) {
                hash = all.stream().mapToLong(PartitionLog::endOffset).sum();
            }
            return produce(topic, Math.floorMod(hash, all.size()), key, value);
        });
    }

    /**
     * Appends a record that no handler gets to see: decoding it throws an {@link io.burrow.api.DecodingException}.
     *
     * @param topic the topic
     * @param partition the partition
     * @param key the key, which still orders it, or null
     * @return its offset
     */
    public long produceUndecodable(String topic, int partition, @Nullable Object key) {
        return append(topic, partition, key, null, Headers.empty(), -1, false);
    }

    private long append(
            String topic,
            int partition,
            @Nullable Object key,
            @Nullable Object value,
            Headers headers,
            long timestamp,
            boolean readable) {
        return monitor.call(() -> {
            long offset = logs.of(topic, partition).append(key, value, headers, timestamp, readable);
            monitor.changed();
            return offset;
        });
    }

    /**
     * Passes over offsets without records, as transaction markers and compaction do.
     *
     * @param topic the topic
     * @param partition the partition
     * @param count how many offsets, positive
     * @return the offset that the next record gets
     */
    public long skipOffsets(String topic, int partition, long count) {
        Require.atLeast(1, "count", count);
        change(() -> logs.of(topic, partition).skip(count));
        return endOffset(topic, partition);
    }

    /**
     * Removes one record and leaves a hole, as compaction does.
     *
     * @param topic the topic
     * @param partition the partition
     * @param offset its offset
     * @return whether there was one
     */
    public boolean removeRecord(String topic, int partition, long offset) {
        return monitor.call(() -> logs.of(topic, partition).remove(offset));
    }

    /**
     * Loses the end of a partition, as an unclean election of a leader does, and begins a new leader epoch. Offsets are
     * given anew from there. Whoever read beyond is reset to it, also when the partition has grown again.
     *
     * @param topic the topic
     * @param partition the partition
     * @param offset the new end, from the start offset to the end offset
     */
    public void truncateTo(String topic, int partition, long offset) {
        change(() -> logs.of(topic, partition).truncateTo(offset));
    }

    /**
     * Deletes the beginning of a partition, as retention does. Whoever reads below is reset by its policy.
     *
     * @param topic the topic
     * @param partition the partition
     * @param offset the first offset that is kept, at most the end offset; nothing happens if it is below the start
     *     offset
     */
    public void deleteRecordsBefore(String topic, int partition, long offset) {
        change(() -> logs.of(topic, partition).deleteBefore(offset));
    }

    /**
     * The first offset that is kept.
     *
     * @param topic the topic
     * @param partition the partition
     * @return the offset
     */
    public long startOffset(String topic, int partition) {
        return monitor.call(() -> logs.of(topic, partition).startOffset());
    }

    /**
     * The offset that the next record gets.
     *
     * @param topic the topic
     * @param partition the partition
     * @return the offset
     */
    public long endOffset(String topic, int partition) {
        return monitor.call(() -> logs.of(topic, partition).endOffset());
    }

    /**
     * What is in a partition.
     *
     * @param topic the topic
     * @param partition the partition
     * @return a copy, in the order of offsets
     */
    public List<TestMessage<Object, Object>> records(String topic, int partition) {
        return monitor.call(() -> logs.of(topic, partition).records().stream()
                .map(LogRecord::message)
                .toList());
    }

    /**
     * Makes a source with the default settings.
     *
     * @param group the group that it joins when it is opened
     * @param topics the topics, at least one; they must exist when it is opened
     * @param <K> the type of the keys in all these topics; not checked
     * @param <V> the type of the values in all these topics; not checked
     * @return a source, not open
     */
    public <K, V> InMemorySource<K, V> source(String group, Collection<String> topics) {
        return source(group, topics, options -> options);
    }

    /**
     * Makes a source.
     *
     * @param group the group that it joins when it is opened
     * @param topics the topics, at least one; they must exist when it is opened
     * @param options changes the default settings
     * @param <K> the type of the keys in all these topics; not checked
     * @param <V> the type of the values in all these topics; not checked
     * @return a source, not open
     */
    public <K, V> InMemorySource<K, V> source(
            String group, Collection<String> topics, UnaryOperator<SourceOptions.Builder> options) {
        Require.atLeast(1, "number of topics", topics.size());
        SourceOptions made = options.apply(SourceOptions.builder()).build();
        return monitor.call(() -> {
            Group joined = group(group);
            String name = made.member() != null ? made.member() : joined.nextName();
            return new InMemorySource<>(this, new Member(name, joined, topics, made));
        });
    }

    /**
     * How the partitions of a group change hands; {@link RebalanceProtocol#EAGER} unless this was called.
     *
     * @param group the group, without members
     * @param protocol the protocol
     * @return this
     * @throws IllegalStateException if the group has members
     */
    public InMemoryBroker protocol(String group, RebalanceProtocol protocol) {
        Objects.requireNonNull(protocol, "protocol");
        change(() -> group(group).protocol(protocol));
        return this;
    }

    /**
     * How many characters may be kept with an offset; 4096 at first. It concerns all groups, and commits made from now
     * on.
     *
     * @param characters the limit in UTF-16 units, not negative
     * @return this
     */
    public InMemoryBroker metadataLimit(int characters) {
        Require.atLeast(0, "characters", characters);
        metadataLimit = characters;
        return this;
    }

    /**
     * The members of a group: those that joined and were not thrown out.
     *
     * @param group the group
     * @return their names, sorted
     */
    public List<String> members(String group) {
        return monitor.call(
                () -> group(group).members().stream().map(member -> member.name).toList());
    }

    /**
     * What a member has: what it was assigned and has not given up.
     *
     * @param member the name of the member
     * @return its partitions, sorted; none if it is not in its group
     */
    public Set<TopicPartition> assignment(String member) {
        return monitor.call(() -> {
            Member found = members.get(member);
            return found == null || !found.group.isLive(found)
                    ? new TreeSet<>()
                    : new TreeSet<>(found.positions.keySet());
        });
    }

    /**
     * What is committed for a partition.
     *
     * @param group the group
     * @param partition the partition
     * @return the point, or null if there is none
     */
    public @Nullable CommitPoint committed(String group, TopicPartition partition) {
        return monitor.call(() -> group(group).offsets().committed(partition));
    }

    /**
     * Stores or deletes what is committed, as operators' tools do, and as expiry does. Not in the history.
     *
     * @param group the group
     * @param partition the partition
     * @param point the point, or null to delete it
     */
    public void setCommitted(String group, TopicPartition partition, @Nullable CommitPoint point) {
        change(() -> group(group).offsets().set(partition, point));
    }

    /**
     * The commits of a group, in the order in which the broker handled them: one entry for each partition of each
     * commit, refused ones included.
     *
     * @param group the group
     * @return a copy
     */
    public List<RecordedCommit> commits(String group) {
        return commits(group, 0);
    }

    /**
     * The commits of a group from one on, for those who look again and again.
     *
     * @param group the group
     * @param from how many to leave out, 0 to their number
     * @return a copy
     */
    public List<RecordedCommit> commits(String group, int from) {
        return monitor.call(() -> {
            List<RecordedCommit> all = group(group).offsets().history();
            return List.copyOf(all.subList(from, all.size()));
        });
    }

    /**
     * How many offsets lie between what is committed and the ends of all partitions that the group reads or has
     * committed.
     *
     * @param group the group
     * @return the sum
     */
    public long lag(String group) {
        return monitor.call(() ->
                group(group).partitions().stream().mapToLong(group(group)::lag).sum());
    }

    /**
     * How many offsets lie between what is committed for a partition, or else its start, and its end.
     *
     * @param group the group
     * @param partition the partition
     * @return the number, not negative
     */
    public long lag(String group, TopicPartition partition) {
        return monitor.call(() -> group(group).lag(partition));
    }

    /**
     * What can happen to groups and their members: rebalances, crashes, failures.
     *
     * @return the faults of this broker
     */
    public BrokerFaults faults() {
        return new BrokerFaults(this);
    }

    Monitor monitor() {
        return monitor;
    }

    Logs logs() {
        return logs;
    }

    int metadataLimit() {
        return metadataLimit;
    }

    void change(Runnable action) {
        monitor.run(() -> {
            action.run();
            monitor.changed();
        });
    }

    /** Finds or makes a group. The lock is held. */
    Group group(String group) {
        return groups.computeIfAbsent(group, name -> new Group(name, logs, monitor));
    }

    /** Finds the member of an open source. The lock is held. */
    Member member(String member) {
        Member found = members.get(member);
        if (found == null) {
            throw new IllegalArgumentException("no member " + member + "; there are " + members.keySet());
        }
        return found;
    }

    /** The lock is held. */
    void join(Member member) {
        List<String> missing = new ArrayList<>(member.topics);
        missing.removeIf(logs::exists);
        if (!missing.isEmpty()) {
            throw new BurrowException(ErrorCode.TOPIC_MISSING, "no topic " + String.join(", ", missing));
        }
        if (members.putIfAbsent(member.name, member) != null) {
            throw new BurrowException(
                    ErrorCode.CONFIG_INVALID,
                    "member must be free: '" + member.name + "' is the name of an open source");
        }
        member.group.join(member);
    }

    /** The lock is held. */
    void leave(Member member) {
        members.remove(member.name, member);
        member.group.drop(member);
        member.group.remove(member);
    }
}
