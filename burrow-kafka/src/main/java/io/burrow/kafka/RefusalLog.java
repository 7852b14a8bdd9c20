package io.burrow.kafka;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Says when a refusal is to be logged: what is sent again and again should stay visible, but not fill the log. Once a
 * minute for each topic and reason. Any thread.
 */
final class RefusalLog {
    static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();
    /** The names of topics can come from the user's function. */
    private static final int MOST = 1_000;

    private final ConcurrentMap<String, Long> told = new ConcurrentHashMap<>();

    boolean isDue(String topic, String reason, long nowNanos) {
        String what = topic + ' ' + reason;
        if (told.size() >= MOST && !told.containsKey(what)) {
            return false;
        }
        Long last = told.putIfAbsent(what, nowNanos);
        return last == null || nowNanos - last >= EVERY_NANOS && told.replace(what, last, nowNanos);
    }
}
