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
        long times = times();
        if (times > 0) {
            String error = cause.getClass().getName();
            log.atWarn()
                    .addKeyValue("error", error)
                    .addKeyValue("others", times - 1)
                    .log("{} ({} times since last said): {}", what, times, error);
        }
    }

    /** It happened: how often since it was last said, if it is to be said now; else 0. */
    long times() {
        count++;
        long now = nanoClock.getAsLong();
        if (now - lastNanos < INTERVAL_NANOS) {
            return 0;
        }
        long times = count;
        lastNanos = now;
        count = 0;
        return times;
    }
}
