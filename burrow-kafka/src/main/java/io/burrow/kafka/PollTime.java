package io.burrow.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long ago the consumer was polled. Loop thread only.
 *
 * <p>Half of the poll interval is for all that is done from one poll to the next: the engine's drains and commits, and
 * the questions that the source asks the brokers. The engine keeps to it by itself; a question is asked for half of
 * what is left at most, since the client's answer that there is none may be late: under {@code group.protocol=consumer}
 * its own thread gives questions up, when it wakes (kafka-clients 4.4.0: after 5 s at the latest).
 */
final class PollTime {
    /** With less than this a question is left for the next poll. */
    private static final Duration LEAST = Duration.ofMillis(20);

    private final long maxPollIntervalNanos;
    private final LongSupplier nanoClock;
    private long lastPollNanos;

    PollTime(Duration maxPollInterval, LongSupplier nanoClock) {
        this.maxPollIntervalNanos = Durations.nanos(maxPollInterval);
        this.nanoClock = nanoClock;
        this.lastPollNanos = nanoClock.getAsLong();
    }

    /** The consumer is about to be polled: its poll timer begins anew. */
    void polling() {
        lastPollNanos = nanoClock.getAsLong();
    }

    /** Whether the group has, or may have, put this member out for not polling. */
    boolean isOverdue() {
        return sinceNanos() >= maxPollIntervalNanos;
    }

    /** How long a question may be asked: the time given at most; zero if it has to wait for the next poll. */
    Duration within(Duration most) {
        long half = (maxPollIntervalNanos / 2 - sinceNanos()) / 2;
        return half < LEAST.toNanos() ? Duration.ZERO : Durations.min(most, Duration.ofNanos(half));
    }

    private long sinceNanos() {
        return nanoClock.getAsLong() - lastPollNanos;
    }
}
