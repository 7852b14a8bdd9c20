package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Keeps what was decided about every attempt that failed, in order: for tests of retry policies and backoff strategies.
 * Give it to {@link io.burrow.core.BurrowBuilder#listener}, let records fail, and compare.
 *
 * <pre>{@code
 * DecisionLog log = new DecisionLog();
 * SteppedBurrow<String, String> burrow = SteppedBurrow.start(builder.listener(log), clock, 42);
 * ...
 * assertThat(log).hasToString("""
 *         orders-0@7 attempt 1: java.net.ConnectException -> RETRY in 100 ms
 *         orders-0@7 attempt 2: java.net.ConnectException -> GIVE_UP""");
 * }</pre>
 *
 * <p>It holds positions and names of classes, nothing of a record's contents, and grows until {@link #clear}. Safe for
 * use by any thread; attempts that fail at the same time on several threads are in one order or the other.
 */
public final class DecisionLog implements BurrowListener {
    private final List<Entry> entries = new ArrayList<>(); // guarded by itself

    /** Makes an empty log. */
    public DecisionLog() {}

    @Override
    public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
        Entry entry = new Entry(
                failure.partition(),
                failure.offset(),
                failure.attempt(),
                failure.cause().getClass().getName(),
                decision,
                delay);
        synchronized (entries) {
            entries.add(entry);
        }
    }

    /**
     * All decisions so far, oldest first.
     *
     * @return a copy
     */
    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }

    /**
     * The decisions about one record so far, oldest first.
     *
     * @param partition its partition
     * @param offset its offset
     * @return a copy, empty if no attempt of it failed
     */
    public List<Entry> of(TopicPartition partition, long offset) {
        return entries().stream()
                .filter(entry -> entry.partition.equals(partition) && entry.offset == offset)
                .toList();
    }

    /** Forgets everything. */
    public void clear() {
        synchronized (entries) {
            entries.clear();
        }
    }

    /** Returns the entries, each on a line of its own. */
    @Override
    public String toString() {
        return entries().stream().map(Entry::toString).collect(Collectors.joining("\n"));
    }

    /**
     * What was decided about an attempt.
     *
     * @param partition the partition of the record
     * @param offset its offset
     * @param attempt which attempt failed, from 1
     * @param errorClass the class name of what it failed with
     * @param decision what comes next
     * @param delay how long until the next attempt; zero if there is none
     */
    public record Entry(
            TopicPartition partition,
            long offset,
            int attempt,
            String errorClass,
            RetryDecision decision,
            Duration delay) {
        /**
         * Makes an entry.
         *
         * @param partition the partition of the record
         * @param offset its offset
         * @param attempt which attempt failed, from 1
         * @param errorClass the class name of what it failed with
         * @param decision what comes next
         * @param delay how long until the next attempt; zero if there is none
         */
        public Entry {
            Objects.requireNonNull(partition, "partition");
            Objects.requireNonNull(errorClass, "errorClass");
            Objects.requireNonNull(decision, "decision");
            Objects.requireNonNull(delay, "delay");
        }

        /** Returns it as a sentence, such as {@code orders-0@7 attempt 1: java.io.IOException -> RETRY in 100 ms}. */
        @Override
        public String toString() {
            String what = partition + "@" + offset + " attempt " + attempt + ": " + errorClass + " -> " + decision;
            return decision == RetryDecision.RETRY ? what + " in " + delay.toMillis() + " ms" : what;
        }
    }
}
