package io.burrow.api.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** The arithmetic of the shipped backoff strategies: saturating, in nanoseconds. */
final class Backoffs {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Backoffs() {}

    static void notNegative(String name, Duration value) {
        Objects.requireNonNull(value, name);
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be at most 365 days: " + value);
        }
    }

    static void baseAndCap(Duration base, Duration cap) {
        notNegative("base", base);
        notNegative("cap", cap);
        if (cap.compareTo(base) < 0) {
            throw new IllegalArgumentException("cap must be at least base (" + base + "): " + cap);
        }
    }

    static Duration linear(Duration base, Duration cap, int attempt) {
        return times(base, attempt, cap);
    }

    static Duration exponential(Duration base, Duration cap, int attempt) {
        int doublings = attempt - 1;
        if (doublings >= Long.SIZE - 1) {
            return base.isZero() ? base : cap;
        }
        return times(base, 1L << doublings, cap);
    }

    static Duration times(Duration value, long factor, Duration cap) {
        long nanos = value.toNanos();
        long capNanos = cap.toNanos();
        if (nanos != 0 && factor > capNanos / nanos) {
            return cap;
        }
        return Duration.ofNanos(nanos * factor);
    }

    static Duration between(Duration least, Duration most, RandomGenerator random) {
        long from = least.toNanos();
        long to = most.toNanos();
        return to <= from ? least : Duration.ofNanos(random.nextLong(from, to + 1));
    }
}
