package io.burrow.metrics.prometheus;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that answer requests. The JDK's server reads and writes on them for as long as a client pleases: a few
 * clients that stop amid a request, or do not read their answer, would keep all of them for good, and a probe would
 * find nobody. So a request that takes too long has its thread interrupted, which closes its connection. One that finds
 * all threads taken and no room to wait is refused, upon which the server closes its connection. Any thread.
 */
final class RequestThreads implements Executor {
    static final int THREADS = 4;
    static final int WAITING = 64;

    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Daemons.named("burrow-metrics-"));
    private final ScheduledThreadPoolExecutor limits =
            new ScheduledThreadPoolExecutor(1, Daemons.named("burrow-metrics-limit-"));
    private final long limitNanos;

    RequestThreads(Duration limit) {
        this.limitNanos = limit.toNanos();
        threads.allowCoreThreadTimeOut(true);
        limits.setRemoveOnCancelPolicy(true);
        limits.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        limits.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable request) {
        threads.execute(() -> answer(request));
    }

    private void answer(Runnable request) {
        Limit limit = new Limit(Thread.currentThread());
        Future<?> timer = limits.schedule(limit, limitNanos, TimeUnit.NANOSECONDS);
        try {
            request.run();
        } finally {
            limit.end();
            timer.cancel(false);
        }
    }

    void shutdownNow() {
        threads.shutdownNow();
        limits.shutdownNow();
    }

    /** Interrupts a thread, unless it is done before. */
    private static final class Limit implements Runnable {
        private @Nullable Thread thread; // guarded by this

        Limit(Thread thread) {
            this.thread = thread;
        }

        synchronized void end() {
            thread = null;
        }

        @Override
        public synchronized void run() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
