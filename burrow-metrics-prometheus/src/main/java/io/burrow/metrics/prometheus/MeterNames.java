package io.burrow.metrics.prometheus;

/**
 * The names and tag keys of all meters. They are stable: dashboards and alerts are written against them. A meter has
 * the same tag keys always; none has a key, an offset or a message as a tag. All carry {@link #TAG_BURROW}.
 *
 * <p>A Prometheus registry turns the dots into underscores and appends unit and kind: {@code burrow.records} becomes
 * {@code burrow_records_total}, {@code burrow.gap.oldest.age} becomes {@code burrow_gap_oldest_age_seconds}.
 *
 * <p>In a {@code PrometheusMeterRegistry} {@link #RECORD_PROCESS} and {@link #RECORD_QUEUE_WAIT} are collectors of this
 * module and no meters of Micrometer: a scrape has them, {@code registry.get(...).timer()} does not find them, and
 * there is no {@code _max}. In any registry they stay until {@link BurrowMetrics#close()}, also when their topic is not
 * assigned any more: at most one for each topic and outcome, and one for each topic.
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
     * the delivery (those of {@link #RECORDS}, and parked). An attempt after which the record was parked is not counted
     * again when the record goes another way.
     */
    public static final String RECORD_PROCESS = "burrow.record.process";

    /**
     * Timer with buckets, by {@link #TAG_TOPIC}: from fetched to the start of the attempt, of records that ended with
     * their first one. Of others the waits before retries would be a part of it.
     */
    public static final String RECORD_QUEUE_WAIT = "burrow.record.queue.wait";

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

    /**
     * Gauge of an assigned partition, in characters: the snapshot that was stored beside the last committed offset; 0
     * if there was none.
     */
    public static final String SNAPSHOT_CHARS = "burrow.snapshot.chars";

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
     * Gauge of an assigned partition, in offsets: from the commit point to the end of the log, which is what others see
     * as the lag of the group. No number while the source does not know the end. A source that learns it by fetching
     * does not see the log grow while the partition is held back.
     */
    public static final String LAG = "burrow.lag";

    /**
     * Gauge of an assigned partition: what is left to do, records held and offsets not fetched. Less than {@link #LAG}
     * by what is finished above an unfinished record.
     */
    public static final String LAG_UNFINISHED = "burrow.lag.unfinished";

    /** Gauge: how many records may be handled at once now, by the setting or the limiter. */
    public static final String CONCURRENCY_LIMIT = "burrow.concurrency.limit";

    /** Gauge: 1 for the {@link #TAG_STATE} that the Burrow is in, 0 for all others. */
    public static final String STATE = "burrow.state";

    /** Gauge: assigned partitions, by {@link #TAG_STATE}: moving, idle, stopped, blocked. */
    public static final String PARTITIONS = "burrow.partitions";

    /**
     * Gauge of an assigned partition and a {@link #TAG_REASON}: 1 while the partition is held back for it, else 0. A
     * reason shows from the first time that it held the partition back; those of the oldest record (held_by_...) show
     * while the partition is assigned.
     */
    public static final String PARTITION_BLOCKED = "burrow.partition.blocked";

    /** Gauge of an assigned partition: records that wait for their next attempt. */
    public static final String PARTITION_RETRYING = "burrow.partition.retrying";

    /** Gauge of an assigned partition: records that failed and are kept unfinished. */
    public static final String PARTITION_PARKED = "burrow.partition.parked";

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

    /** Tag: how it is. */
    public static final String TAG_STATE = "state";

    /** Tag: why a partition does not move. */
    public static final String TAG_REASON = "reason";

    private MeterNames() {}
}
