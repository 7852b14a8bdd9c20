package io.burrow.it.chaos;

import io.burrow.core.snapshot.SnapshotCodec;
import io.burrow.it.chaos.check.Evidence.StoredCommit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/** Every commit of a group for a topic in the order in which the brokers took them: read from where they keep them. */
final class CommitLog {

    private static final String OFFSETS_TOPIC = "__consumer_offsets";
    /** Keys up to this version are those of commits. */
    private static final short COMMIT = 1;

    private CommitLog() {}

    static List<StoredCommit> read(String servers, String group, String topic) {
        List<StoredCommit> commits = new ArrayList<>();
        TopicReader.read(servers, OFFSETS_TOPIC, record -> add(record, group, topic, commits));
        return commits;
    }

    private static void add(
            ConsumerRecord<byte[], byte[]> record, String group, String topic, List<StoredCommit> commits) {
        ByteBuffer keyBytes = ByteBuffer.wrap(record.key());
        if (record.value() == null || keyBytes.getShort() > COMMIT) {
            return;
        }
        OffsetCommitKey key = new OffsetCommitKey(new ByteBufferAccessor(keyBytes), (short) 0);
        if (!key.group().equals(group) || !key.topic().equals(topic)) {
            return;
        }
        ByteBuffer valueBytes = ByteBuffer.wrap(record.value());
        short version = valueBytes.getShort();
        OffsetCommitValue value = new OffsetCommitValue(new ByteBufferAccessor(valueBytes), version);
        commits.add(new StoredCommit(
                value.commitTimestamp(),
                key.partition(),
                value.offset(),
                SnapshotCodec.decode(
                                new io.burrow.api.TopicPartition(topic, key.partition()),
                                value.offset(),
                                value.leaderEpoch(),
                                value.metadata())
                        .finished()));
    }
}
