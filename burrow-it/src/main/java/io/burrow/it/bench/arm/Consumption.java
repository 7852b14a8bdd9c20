package io.burrow.it.bench.arm;

/**
 * How the records of a case are consumed, the same for each way. Immutable.
 *
 * @param order what is ordered, where it can be
 * @param concurrency how many records at once, where there can be more than one
 * @param threads the threads of Burrow's handlers
 * @param work what the handler does
 * @param commitMillis how often to commit; 0 for each one's own default
 * @param buffered how many records Burrow may hold; 0 for its default
 * @param timed whether Burrow's hand-over, from poll to handler, is timed
 */
public record Consumption(
        Order order, int concurrency, Threads threads, Work work, int commitMillis, int buffered, boolean timed) {

    /** What is ordered. */
    public enum Order {
        /** Nothing. */
        UNORDERED,
        /** Records of the same key. */
        KEY
    }

    /** The kind of thread, as Burrow knows them. */
    public enum Threads {
        /** Virtual where there are any. */
        AUTO,
        /** Platform threads. */
        PLATFORM,
        /** Virtual threads, from Java 21. */
        VIRTUAL
    }

    /**
     * Work that takes no time, on 100 workers.
     *
     * @param order what is ordered
     * @return all else at its default
     */
    public static Consumption noop(Order order) {
        return new Consumption(order, 100, Threads.AUTO, new Work(Work.Kind.NONE, 0), 0, 0, false);
    }

    /**
     * The same with other work.
     *
     * @param newWork the work
     * @return a copy
     */
    public Consumption doing(Work newWork) {
        return new Consumption(order, concurrency, threads, newWork, commitMillis, buffered, timed);
    }

    /**
     * The same with other workers.
     *
     * @param newConcurrency how many
     * @param newThreads of which kind
     * @return a copy
     */
    public Consumption on(int newConcurrency, Threads newThreads) {
        return new Consumption(order, newConcurrency, newThreads, work, commitMillis, buffered, timed);
    }

    /**
     * The same with commits at this interval.
     *
     * @param newCommitMillis in milliseconds
     * @return a copy
     */
    public Consumption committingEvery(int newCommitMillis) {
        return new Consumption(order, concurrency, threads, work, newCommitMillis, buffered, timed);
    }

    /**
     * The same with room for this many records.
     *
     * @param newBuffered how many
     * @return a copy
     */
    public Consumption buffering(int newBuffered) {
        return new Consumption(order, concurrency, threads, work, commitMillis, newBuffered, timed);
    }

    /**
     * The same, its hand-over timed.
     *
     * @return a copy
     */
    public Consumption withTimes() {
        return new Consumption(order, concurrency, threads, work, commitMillis, buffered, true);
    }
}
