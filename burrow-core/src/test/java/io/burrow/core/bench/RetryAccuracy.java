package io.burrow.core.bench;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.RetryAfterException;
import io.burrow.api.WorkerThreads;
import io.burrow.core.Burrow;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How late retries start: the time from when one is due to when its handler is called. Due is when the attempt before
 * it threw, plus the delay; so all that Burrow does in between counts as lateness.
 *
 * <p>Prints a line for each scene and kind of worker:
 *
 * <ul>
 *   <li>{@code idle}: five records, tried again every 50 ms, 200 times each; nothing else happens.
 *   <li>{@code 10000 waiting}: as many records wait at once, due at random within ten seconds.
 *   <li>{@code no-op load}: the same, while records that cost nothing flow as fast as they can.
 *   <li>{@code 5 ms load}: the same, while records that take 5 ms flow, so that all workers are busy and the queue is
 *       full.
 * </ul>
 *
 * <p>The last column is what the machine itself adds meanwhile: how late a bare thread of the same process wakes that
 * sleeps 2 ms again and again; one long sleep counts for all that should have been within it. Where it is not small,
 * the line tells of the machine, not of Burrow.
 */
public final class RetryAccuracy {
    private static final int CONCURRENCY = 100;
    private static final int SAMPLES_IDLE = 200;

    private RetryAccuracy() {}

    /**
     * Measures and prints.
     *
     * @param args how many times to measure everything, once if it is left out; the first time warms up the rest
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        int rounds = args.length == 0 ? 1 : Integer.parseInt(args[0]);
        System.out.printf(
                "Java %s, %d processors, concurrency %d%n",
                Runtime.version(), Runtime.getRuntime().availableProcessors(), CONCURRENCY);
        System.out.printf(
                "%-14s %-9s %8s %9s %9s %9s %9s %10s %12s%n",
                "scene", "workers", "retries", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "others/s", "bare p99 ms");
        for (int round = 0; round < rounds; round++) {
            for (WorkerThreads kind : WorkerThreads.values()) {
                boolean exists = kind == WorkerThreads.PLATFORM
                        || kind == WorkerThreads.VIRTUAL && Runtime.version().feature() >= 21;
                if (exists) {
                    measure("idle", kind, 5, SAMPLES_IDLE, false, Duration.ZERO);
                    measure("10000 waiting", kind, 10_000, 1, false, Duration.ZERO);
                    measure("no-op load", kind, 10_000, 1, true, Duration.ZERO);
                    measure("5 ms load", kind, 10_000, 1, true, Duration.ofMillis(5));
                }
            }
        }
    }

    private static void measure(
            String scene, WorkerThreads kind, int records, int retries, boolean loaded, Duration ofOthers)
            throws InterruptedException {
        long[] late = new long[records * retries];
        long[] due = new long[records];
        AtomicInteger samples = new AtomicInteger();
        AtomicLong others = new AtomicLong();
        CountDownLatch done = new CountDownLatch(records);
        Random random = new Random(1);
        long[] delays = random.longs(records, 1_000, 11_000).toArray();
        long began;
        long ended;
        Sleeper sleeper = new Sleeper();
        sleeper.start();
        try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(new Flow(records, loaded))
                .config(c -> c.name("retry-accuracy")
                        .ordering(Ordering.UNORDERED)
                        .concurrency(CONCURRENCY)
                        .workerThreads(kind)
                        .errorThreshold(0))
                .handler((Message<String, String> message) -> {
                    long start = System.nanoTime();
                    if (message.partition() == Flow.ENDLESS.partition()) {
                        others.incrementAndGet();
                        if (!ofOthers.isZero()) {
                            Thread.sleep(ofOthers.toMillis());
                        }
                        return;
                    }
                    int record = (int) message.offset();
                    if (message.attempt() > 1) {
                        late[samples.getAndIncrement()] = start - due[record];
                    }
                    if (message.attempt() > retries) {
                        done.countDown();
                        return;
                    }
                    Duration delay = Duration.ofMillis(retries > 1 ? 50 : delays[record]);
                    due[record] = System.nanoTime() + delay.toNanos();
                    throw new RetryAfterException(delay);
                })
                .build()) {
            began = System.nanoTime();
            burrow.start();
            done.await();
            ended = System.nanoTime();
        }
        sleeper.end();
        Arrays.sort(late);
        System.out.printf(
                Locale.ROOT,
                "%-14s %-9s %8d %9.3f %9.3f %9.3f %9.3f %10d %12.3f%n",
                scene,
                kind.name().toLowerCase(Locale.ROOT),
                late.length,
                millis(late, 0.5),
                millis(late, 0.99),
                millis(late, 0.999),
                millis(late, 1),
                (long) (others.get() / ((ended - began) / 1e9)),
                sleeper.p99Millis());
    }

    /** Measures how late a thread wakes that does nothing but sleep. */
    private static final class Sleeper extends Thread {
        private static final long NANOS = 2_000_000;

        private final long[] late = new long[100_000];
        private int count;
        private volatile boolean ended;

        Sleeper() {
            super("sleeper");
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!ended && count < late.length) {
                long until = System.nanoTime() + NANOS;
                for (long left = NANOS; left > 0; left = until - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                for (long each = System.nanoTime() - until; each >= 0 && count < late.length; each -= NANOS) {
                    late[count++] = each;
                }
            }
        }

        void end() throws InterruptedException {
            ended = true;
            join();
        }

        double p99Millis() {
            long[] sorted = Arrays.copyOf(late, count);
            Arrays.sort(sorted);
            return count == 0 ? 0 : millis(sorted, 0.99);
        }
    }

    private static double millis(long[] sorted, double quantile) {
        int index = (int) Math.ceil(quantile * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
