package io.burrow.kafka;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import io.burrow.api.spi.SourceRecord;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a source with transactions: what it is otherwise, and the outputs of its attempts.
 *
 * <p><b>Which attempt counts</b> the engine says when the record is finished, before its offset can be committed: the
 * last one that began, if the outcome is PROCESSED, else none. So a run that comes too late (its attempt timed out and
 * another one runs) can neither add nor replace anything, and an exhausted record writes nothing, whatever its attempts
 * had added.
 *
 * <p><b>Which delivery counts</b> follows from there being one object for each: an old handler of a former assignment
 * holds the record of that assignment, whose outputs go to a place that was closed.
 */
final class TransactionalRecord<K, V> implements SourceRecord<K, V>, RawRecord {
    private final SourceRecord<K, V> record;
    private final PartitionOutputs partition;

    // guarded by this
    private int latestAttempt;
    private boolean ended;
    private int succeededAttempt;
    private List<Output> outputs = List.of();

    TransactionalRecord(SourceRecord<K, V> record, PartitionOutputs partition) {
        this.record = record;
        this.partition = partition;
    }

    /** Where its outputs wait when it is finished. */
    PartitionOutputs place() {
        return partition;
    }

    /** An attempt begins, or is run again: nothing before it counts any more. Any thread. */
    synchronized void begin(int attempt) {
        latestAttempt = Math.max(latestAttempt, attempt);
    }

    /** Whether outputs of an attempt may still count. Any thread. */
    synchronized boolean isAwaiting(int attempt) {
        return !ended && attempt >= latestAttempt;
    }

    /** A run of an attempt succeeded. Any thread. */
    synchronized void succeeded(int attempt, List<Output> added) {
        if (isAwaiting(attempt)) {
            succeededAttempt = attempt;
            outputs = added;
        }
    }

    @Override
    public void finished(RecordOutcome outcome, int attempts) {
        partition.finished(offset(), end(outcome, attempts));
    }

    private synchronized List<Output> end(RecordOutcome outcome, int attempts) {
        boolean counts = outcome == RecordOutcome.PROCESSED && succeededAttempt == attempts;
        List<Output> counting = counts ? outputs : List.of();
        ended = true;
        outputs = List.of();
        return counting;
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
        return ((RawRecord) record).record();
    }

    @Override
    public long offset() {
        return record.offset();
    }

    @Override
    public int leaderEpoch() {
        return record.leaderEpoch();
    }

    @Override
    public @Nullable Object orderingKey() {
        return record.orderingKey();
    }

    @Override
    public int sizeBytes() {
        return record.sizeBytes();
    }

    @Override
    public Headers headers() {
        return record.headers();
    }

    @Override
    public Message<K, V> decode() throws Exception {
        return new TransactionalMessage<>(record.decode(), this, 1);
    }

    @Override
    public String toString() {
        return record.toString();
    }
}
