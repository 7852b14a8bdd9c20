package io.burrow.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.TimeoutException;

/** A moment by which something has to be done. */
final class Deadline {
    private static final Duration LEAST = Duration.ofMillis(1);

    private final LongSupplier nanoClock;
    private final long endNanos;

    private Deadline(LongSupplier nanoClock, long endNanos) {
        this.nanoClock = nanoClock;
        this.endNanos = endNanos;
    }

    static Deadline in(Duration time, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong() + Durations.nanos(time));
    }

    /** The time that is left, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - nanoClock.getAsLong()));
    }

    /** The time that is left for a call that takes zero for "do not even try". */
    Duration leftAtLeastOneMilli() {
        Duration left = left();
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    boolean isOver() {
        return left().isZero();
    }

    /** Throws if it is over: a question that is begun then may be answered later still. */
    void requireLeft() {
        if (isOver()) {
            throw new TimeoutException("no time was left to ask");
        }
    }

    /** A deadline for a part of the work: after the time given, and never after this one. */
    Deadline within(Duration time) {
        return in(Durations.min(time, left()), nanoClock);
    }
}
