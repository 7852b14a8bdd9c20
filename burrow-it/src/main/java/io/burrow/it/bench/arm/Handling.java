package io.burrow.it.bench.arm;

import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What an arm's handler does with a record: its work, with times and notes of it where they are asked for. Any thread.
 */
public final class Handling {

    /** The largest number of partitions of a case that is timed. */
    private static final int PARTITIONS = 8;

    private final Work work;
    private final @Nullable Latency latency;
    private final @Nullable Arrivals arrivals;
    private final @Nullable Journal journal;

    Handling(Work work, boolean timed, @Nullable Crash crash) {
        this.work = work;
        this.latency = timed ? new Latency() : null;
        this.arrivals = timed ? new Arrivals(PARTITIONS) : null;
        this.journal = crash == null ? null : Journal.open(crash);
    }

    /**
     * The consumer to work with: one that notes when records arrive, where that is asked for.
     *
     * @param properties its properties
     * @return a new one
     */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        return arrivals != null
                ? arrivals.consumer(properties)
                : new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Does it.
     *
     * @param partition the record's partition
     * @param offset the record's offset
     * @param attempt 1 for the first
     * @throws InterruptedException if interrupted while it waits
     */
    public void run(int partition, long offset, int attempt) throws InterruptedException {
        if (latency != null && arrivals != null) {
            latency.add(System.nanoTime() - arrivals.nanos(partition, offset));
        }
        if (journal == null) {
            work.run(partition, offset, attempt);
        } else {
            journal.begins(partition, offset);
            work.run(partition, offset, attempt);
            journal.done(partition, offset);
        }
    }

    /** Whether there is nothing to do at all. */
    boolean isNothing() {
        return work.kind() == Work.Kind.NONE && latency == null && journal == null;
    }

    /**
     * The times from poll to handler.
     *
     * @return null if there are none
     */
    public @Nullable Latency latency() {
        return latency;
    }

    /**
     * The notes of what was done.
     *
     * @return null if there are none
     */
    public @Nullable Journal journal() {
        return journal;
    }
}
