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
 *
 * <p>Who was not polled for the whole interval, or did not run for a while, may have been put out of the group. The
 * client needs a moment to find that out, and tells it in a poll. Until then it may send commits, and the brokers take
 * them from it if the group is empty by now ({@code group.protocol=consumer}): they would lower what others committed
 * who have come and gone.
 */
final class PollTime {
    /** With less than this a question is left for the next poll. */
    private static final Duration LEAST = Duration.ofMillis(20);

    /** How long after it was noticed that a member may have been put out it is in doubt; polls go on meanwhile. */
    private static final long DOUBT_NANOS = Duration.ofSeconds(1).toNanos();

    /** A poll that took so much longer than it was to, without a callback, shows that the process did not run. */
    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();

    private final long maxPollIntervalNanos;
    private final LongSupplier nanoClock;
    private long lastPollNanos;
    private boolean calledBack;
    private boolean late;
    private boolean inDoubt;
    private long doubtNanos;

    PollTime(Duration maxPollInterval, LongSupplier nanoClock) {
        this.maxPollIntervalNanos = Durations.nanos(maxPollInterval);
        this.nanoClock = nanoClock;
        this.lastPollNanos = nanoClock.getAsLong();
    }

    /** The consumer is about to be polled: its poll timer begins anew. */
    void polling() {
        long now = nanoClock.getAsLong();
        if (now - lastPollNanos >= maxPollIntervalNanos) {
            doubt(now);
        }
        lastPollNanos = now;
        calledBack = false;
    }

    /** A callback is made within a poll: it takes its own time, and the client is in touch with the group. */
    void calledBack() {
        calledBack = true;
    }

    /** The consumer was polled, and was to wait for no longer than this. Late twice in a row, it is just slow. */
    void polled(Duration timeout) {
        long now = nanoClock.getAsLong();
        boolean before = late;
        late = !calledBack && now - lastPollNanos - Durations.nanos(timeout) >= LATE_NANOS;
        if (late && !before) {
            doubt(now);
        }
    }

    private void doubt(long now) {
        inDoubt = true;
        doubtNanos = now;
    }

    /** Whether the group has, or may have, put this member out. */
    boolean mayBeOut() {
        inDoubt = inDoubt && nanoClock.getAsLong() - doubtNanos < DOUBT_NANOS;
        return inDoubt || sinceNanos() >= maxPollIntervalNanos;
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
