package io.burrow.metrics.prometheus;

import io.burrow.api.BurrowException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Logs what fails while somebody watches, and would fail again at each scrape: once in half a minute, with how often it
 * happened besides. Of an exception its class is named, and what it says only if it is Burrow's own: another's may hold
 * anything. Any thread.
 */
final class FaultLog {
    static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Logger log;

    /** Guards what follows. */
    private final Object lock = new Object();

    private boolean said;
    private long lastNanos;
    private long others;

    FaultLog(Logger log) {
        this.log = log;
    }

    /**
     * It happened.
     *
     * @param what in words
     * @param error why
     * @param nowNanos a reading of a clock that never goes back
     */
    void warn(String what, Throwable error, long nowNanos) {
        long before;
        synchronized (lock) {
            if (said && nowNanos - lastNanos < EVERY_NANOS) {
                others++;
                return;
            }
            said = true;
            lastNanos = nowNanos;
            before = others;
            others = 0;
        }
        log.atWarn()
                .addKeyValue("error", error.getClass().getName())
                .addKeyValue("others", before)
                .log("{}: {} ({} others since the last line)", what, text(error), before);
    }

    /** What may be logged of an exception. */
    static String text(Throwable error) {
        return error instanceof BurrowException
                ? String.valueOf(error.getMessage())
                : error.getClass().getName();
    }
}
