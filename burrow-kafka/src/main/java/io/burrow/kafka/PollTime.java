package io.burrow.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long ago the consumer was polled. Loop thread only.
 *
 * <p>Half of the poll interval is for all that is done from one poll to the next: the engine's drains and commits, and
 * the questions that the source asks the brokers. The engine keeps to it by itself. So do questions whose answer is
 * waited for here: half of what is left is theirs.
 *
 * <p>A question to the consumer may take longer than its limit: under {@code group.protocol=consumer} the client's own
 * thread gives questions up, when it wakes (kafka-clients 4.4.0: after 5 s at the latest), and not all can be broken
 * off before ({@link Wakeups#answer}). One that is late is borne; two, or one after a commit that waited, would be too
 * much. So the consumer is asked for a quarter of what is left at most, and not at all where a part of the half is used
 * up already: then a poll comes first. The next time it is asked once whatever is used up: polls may be slow by
 * themselves.
 *
 * <p>Who was not polled for the whole interval, or did not run for a while, may have been put out of the group. The
 * client needs a moment to find that out, and tells it in a poll. Until then it may send commits, and the brokers take
 * them from it if the group is empty by now ({@code group.protocol=consumer}): they would lower what others committed
 * who have come and gone.
 */
final class PollTime {
    /** With less than this a question is left for the next poll. */
    private static final Duration LEAST = Duration.ofMillis(20);

    /** Where more than this share of the half is used up, the consumer is not asked. */
    private static final int USED_SHARE = 4;

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
    /** Whether a question to the consumer had to wait for the next poll. */
    private boolean putOff;
    /** Whether one had to wait for the last poll, and none was asked since. */
    private boolean owed;

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
        owed = putOff;
        putOff = false;
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

    /**
     * How long an answer may be waited for, by who keeps to it: the time given at most; zero if it has to wait for the
     * next poll.
     */
    Duration within(Duration most) {
        return share(most, 2);
    }

    /** Whether so much is used up that a poll has to come before a question to the consumer. */
    boolean isMuchUsed() {
        return sinceNanos() > maxPollIntervalNanos / 2 / USED_SHARE;
    }

    /** The consumer was waited for: no more of that before the next poll. */
    void waited() {
        owed = false;
    }

    /** How long the consumer may be asked: the time given at most; zero if it has to wait for the next poll. */
    Duration toAsk(Duration most) {
        Duration patience = isMuchUsed() && !owed ? Duration.ZERO : share(most, 4);
        if (patience.isZero()) {
            putOff = true;
        } else {
            owed = false;
        }
        return patience;
    }

    private Duration share(Duration most, int parts) {
        long share = (maxPollIntervalNanos / 2 - sinceNanos()) / parts;
        return share < LEAST.toNanos() ? Duration.ZERO : Durations.min(most, Duration.ofNanos(share));
    }

    private long sinceNanos() {
        return nanoClock.getAsLong() - lastPollNanos;
    }
}
