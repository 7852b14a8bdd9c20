package io.burrow.metrics.prometheus;

/**
 * The names and tag keys of all meters. They are stable: dashboards and alerts are written against them. A meter has
 * the same tag keys always; none has a key, an offset or a message as a tag. All carry {@link #TAG_BURROW}.
 *
 * <p>A Prometheus registry turns the dots into underscores and appends unit and kind: {@code burrow.records} becomes
 * {@code burrow_records_total}, {@code burrow.gap.oldest.age} becomes {@code burrow_gap_oldest_age_seconds}.
 */
public final class MeterNames {
    /** Counter: records that reached an end, by {@link #TAG_OUTCOME}: processed, dead_lettered, skipped, abandoned. */
    public static final String RECORDS = "burrow.records";

    /** Counter: attempts that failed. */
    public static final String ATTEMPTS_FAILED = "burrow.attempts.failed";

    /** Counter: attempts that were a retry. */
    public static final String RETRIES = "burrow.retries";

    /** Counter: dead letters, by {@link #TAG_OUTCOME}: acknowledged, failed. */
    public static final String DEAD_LETTERS = "burrow.deadletters";

    /**
     * Timer with buckets: how long the last attempt at a record took, by {@link #TAG_TOPIC} and {@link #TAG_OUTCOME} of
     * the delivery (those of {@link #RECORDS}, and parked).
     */
    public static final String RECORD_PROCESS = "burrow.record.process";

    /** Gauge: records held, from fetched to finished, retrying and parked ones included. */
    public static final String IN_FLIGHT = "burrow.inflight";

    /** Gauge: bytes of the records held. */
    public static final String IN_FLIGHT_BYTES = "burrow.inflight.bytes";

    /** Gauge: records that are ready or wait for their key, and have not started. */
    public static final String QUEUE_DEPTH = "burrow.queue.depth";

    /** Gauge: records that failed and are kept unfinished. */
    public static final String PARKED = "burrow.parked";

    /**
     * Counter: commits that were answered, by {@link #TAG_OUTCOME}: the worst that any partition of the commit came to,
     * one of committed, retry, not_owned, rejected, fatal.
     */
    public static final String COMMIT = "burrow.commit";

    /** Timer with buckets: how long commits took, by the same {@link #TAG_OUTCOME} as {@link #COMMIT}. */
    public static final String COMMIT_DURATION = "burrow.commit.duration";

    /** Counter: times that a position moved other than by reading. */
    public static final String POSITION_RESETS = "burrow.position.resets";

    /** Counter: rebalances, by {@link #TAG_TYPE}: assigned, revoked, lost. */
    public static final String REBALANCES = "burrow.rebalances";

    /**
     * Gauge of an assigned partition: delivered records at or above its commit point, which a crash would deliver again
     * at most.
     */
    public static final String GAP_WIDTH = "burrow.gap.width";

    /** Gauge of an assigned partition, in seconds: since when its oldest unfinished record is held. */
    public static final String GAP_OLDEST_AGE = "burrow.gap.oldest.age";

    /**
     * Gauge of an assigned partition and a {@link #TAG_REASON}: 1 while the partition is held back for it, else 0. A
     * reason shows from the first time that it held the partition back.
     */
    public static final String PARTITION_BLOCKED = "burrow.partition.blocked";

    /** Tag: the name of the Burrow. */
    public static final String TAG_BURROW = "burrow";

    /** Tag: how it ended. */
    public static final String TAG_OUTCOME = "outcome";

    /** Tag: the topic. */
    public static final String TAG_TOPIC = "topic";

    /** Tag: the number of the partition. */
    public static final String TAG_PARTITION = "partition";

    /** Tag: the kind of rebalance. */
    public static final String TAG_TYPE = "type";

    /** Tag: why a partition does not move. */
    public static final String TAG_REASON = "reason";

    private MeterNames() {}
}
