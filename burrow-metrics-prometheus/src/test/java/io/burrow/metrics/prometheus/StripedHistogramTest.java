package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Counts of many threads, more than there are slots for: none is lost, whoever comes and goes. */
class StripedHistogramTest {
    private final ThreadSlots slots = new ThreadSlots(3);
    private final StripedHistogram histogram = new StripedHistogram(slots.count(), 10, 100);

    private void record(int times) {
        for (int i = 0; i < times; i++) {
            histogram.record(slots.slot(), i % 200);
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void bounds_belongToTheirBucket() {
        for (long nanos : new long[] {0, 10, 11, 100, 101, Long.MAX_VALUE / 4}) {
            histogram.record(slots.slot(), nanos);
            histogram.record(ThreadSlots.SHARED, nanos);
        }
        assertThat(histogram.counts()).containsExactly(4, 4, 4);
        assertThat(histogram.sumNanos()).isEqualTo(2 * (222 + Long.MAX_VALUE / 4));
    }

    @Test
    void moreThreadsThanSlots_loseNothing() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> record(20_000));
            thread.start();
            threads.add(thread);
        }
        join(threads);
        assertThat(histogram.counts()).containsExactly(8_800, 72_000, 79_200);
        assertThat(histogram.sumNanos()).isEqualTo(8L * 100 * (199 * 200 / 2));
    }

    @Test
    void threadsThatComeAndGo_loseNothing_andLeaveTheirSlots() throws Exception {
        Set<Integer> seen = new HashSet<>();
        ConcurrentLinkedQueue<Integer> had = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 300; i++) {
            Thread thread = new Thread(() -> {
                had.add(slots.slot());
                record(200);
            });
            thread.start();
            thread.join();
        }
        seen.addAll(had);
        assertThat(seen).as("one at a time: nobody has to share").doesNotContain(ThreadSlots.SHARED);
        assertThat(histogram.counts()).containsExactly(300 * 11, 300 * 90, 300 * 99);
    }

    @Test
    void slots_areOfOneLivingThreadEach() throws Exception {
        CountDownLatch all = new CountDownLatch(5);
        ConcurrentLinkedQueue<Integer> had = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Thread thread = new Thread(() -> {
                had.add(slots.slot());
                all.countDown();
                try {
                    all.await(); // lives as long as the others
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        join(threads);
        assertThat(had).containsExactlyInAnyOrder(0, 1, 2, ThreadSlots.SHARED, ThreadSlots.SHARED);
    }

    @Test
    void counts_neverGoDown_whileThreadsRecord() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> record(200_000));
            thread.start();
            threads.add(thread);
        }
        Thread reader = new Thread(() -> {
            long[] before = histogram.counts();
            while (!ended.get()) {
                long[] now = histogram.counts();
                for (int i = 0; i < now.length; i++) {
                    if (now[i] < before[i]) {
                        throw new AssertionError(now[i] + " after " + before[i]);
                    }
                }
                before = now;
            }
        });
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        reader.setUncaughtExceptionHandler((thread, e) -> failures.add(e));
        reader.start();
        join(threads);
        ended.set(true);
        reader.join();
        assertThat(failures).isEmpty();
        assertThat(histogram.counts()).containsExactly(44_000, 360_000, 396_000);
    }
}
