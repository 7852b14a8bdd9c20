package io.burrow.it.chaos.member;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Measures for how long this process did not run, be it frozen or short of a processor: a thread that wants to wake
 * every few milliseconds, and how late it does. What is measured in a process is told of Burrow only as far as the
 * process ran. Any thread.
 */
public final class PauseMeter {

    private static final long EVERY_NANOS = Duration.ofMillis(10).toNanos();
    /** A shorter pause is none. */
    static final long NOTED_NANOS = Duration.ofMillis(20).toNanos();

    private final List<BooleanSupplier> looks = new CopyOnWriteArrayList<>();
    private volatile Seen seen = new Seen(System.nanoTime(), 0);

    /** When the thread that measures was awake last, and the pauses until then. */
    private record Seen(long nanos, long pausedNanos) {
        long lateNanos(long now) {
            long late = now - nanos - EVERY_NANOS;
            return late > NOTED_NANOS ? late : 0;
        }
    }

    private PauseMeter() {}

    /**
     * Calls what looks at something every few milliseconds, until it answers false. On a thread of its own: what a look
     * takes is no pause.
     */
    void each(BooleanSupplier look) {
        looks.add(look);
    }

    /**
     * Begins to measure, for the rest of the process's life.
     *
     * @return the meter
     */
    public static PauseMeter start() {
        PauseMeter meter = new PauseMeter();
        Thread thread = new Thread(meter::run, "pause-meter");
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
        Thread looking = new Thread(meter::look, "pause-meter-looks");
        looking.setDaemon(true);
        looking.start();
        return meter;
    }

    /**
     * The pauses so far, the one that may just have ended included.
     *
     * @return nanoseconds, never fewer than before
     */
    public long nanos() {
        Seen last = seen;
        return last.pausedNanos + last.lateNanos(System.nanoTime());
    }

    private void run() {
        while (true) {
            LockSupport.parkNanos(EVERY_NANOS);
            long now = System.nanoTime();
            Seen last = seen;
            seen = new Seen(now, last.pausedNanos + last.lateNanos(now));
        }
    }

    private void look() {
        while (true) {
            LockSupport.parkNanos(EVERY_NANOS);
            looks.removeIf(look -> !look.getAsBoolean());
        }
    }
}
