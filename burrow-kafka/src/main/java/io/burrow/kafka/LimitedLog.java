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

    /**
     * Logs what happened, the class of its cause and the cause's message: the client's own, without contents of
     * records.
     */
    void warn(String what, Throwable cause) {
        count++;
        long now = nanoClock.getAsLong();
        if (now - lastNanos >= INTERVAL_NANOS) {
            log.warn("{} ({} times since last said): {}", what, count, cause.toString());
            lastNanos = now;
            count = 0;
        }
    }
}
