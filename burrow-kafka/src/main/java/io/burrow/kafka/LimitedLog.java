package io.burrow.kafka;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Says what keeps happening once in a while, with how often it happened. Loop thread only. */
final class LimitedLog {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

    private final Logger log;
    private final LongSupplier nanoClock;

    private long lastNanos;
    private long count;

    LimitedLog(Logger log, LongSupplier nanoClock) {
        this.log = log;
        this.nanoClock = nanoClock;
        this.lastNanos = nanoClock.getAsLong() - INTERVAL_NANOS;
    }

    /** Logs what happened and the class of its cause; not its message, which need not be the client's own. */
    void warn(String what, Throwable cause) {
        count++;
        long now = nanoClock.getAsLong();
        if (now - lastNanos >= INTERVAL_NANOS) {
            log.warn(
                    "{} ({} times since last said): {}",
                    what,
                    count,
                    cause.getClass().getName());
            lastNanos = now;
            count = 0;
        }
    }
}
