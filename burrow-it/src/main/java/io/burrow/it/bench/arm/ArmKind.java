package io.burrow.it.bench.arm;

/** The ways to consume that are compared. */
public enum ArmKind {
    /** A consumer's {@code poll} in a loop, each record handled there: the ceiling. */
    BARE("bare", "bare poll loop"),
    /** The same loop, a virtual thread for each record, nothing tracked: not safe. Needs Java 21. */
    VIRTUAL("virtual", "virtual thread per record"),
    /** Burrow. */
    BURROW("burrow", "Burrow"),
    /** Burrow with all its meters in a Prometheus registry, scraped each second. */
    BURROW_WITH_METRICS("burrow-metrics", "Burrow with metrics"),
    /** Two Burrows of one group in one process: two loops. */
    BURROW_TWICE("burrow-2", "two Burrows"),
    /** Parallel Consumer with nothing set but order and concurrency. */
    PARALLEL("pc", "Parallel Consumer"),
    /** The same with its load factor at 100. */
    PARALLEL_TUNED("pc-tuned", "Parallel Consumer, tuned"),
    /** Kafka's share consumer in a loop, acknowledging with the next poll. */
    SHARE("share", "share consumer");

    private final String id;
    private final String title;

    ArmKind(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /**
     * The name in JSON.
     *
     * @return one word
     */
    public String id() {
        return id;
    }

    /**
     * The name in tables.
     *
     * @return a few words
     */
    public String title() {
        return title;
    }

    /**
     * Whether it is Parallel Consumer, which runs on a class path of its own.
     *
     * @return true for both forms
     */
    public boolean isParallelConsumer() {
        return this == PARALLEL || this == PARALLEL_TUNED;
    }
}
