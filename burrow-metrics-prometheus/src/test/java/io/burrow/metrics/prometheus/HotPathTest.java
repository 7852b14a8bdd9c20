package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every record passes: it allocates nothing, loses nothing, and leaves nothing behind when it races a close. */
class HotPathTest {
    private static final RecordOutcome[] OUTCOMES = {RecordOutcome.PROCESSED, RecordOutcome.SKIPPED};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BurrowMetrics metrics = BurrowMetrics.on(registry);

    private void finish(int records) {
        TopicPartition partition = new TopicPartition("orders", 0);
        for (int i = 0; i < records; i++) {
            metrics.recordFinished(partition, i, OUTCOMES[i & 1], 1, 1_000, 1_000L * (i & 1023));
        }
    }

    @Test
    void recordFinished_allocatesNothing() {
        metrics.started(new ScriptedControl("shop"));
        finish(100_000); // makes the timers and lets the compiler settle
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();

        long before = threads.getThreadAllocatedBytes(id);
        finish(100_000);
        long allocated = threads.getThreadAllocatedBytes(id) - before;

        assertThat(allocated).as("bytes for 100 000 records").isLessThan(100_000);
    }

    @Test
    void recordFinished_byManyThreads_losesNone() throws Exception {
        metrics.started(new ScriptedControl("shop"));
        inParallel(4, () -> finish(50_000));

        Scrape scrape = Scrape.of(registry);
        for (String outcome : List.of("processed", "skipped")) {
            assertThat(scrape.value("burrow_record_process_seconds_count", "outcome", outcome))
                    .as(outcome)
                    .isEqualTo(100_000);
        }
        assertThat(scrape.value("burrow_record_queue_wait_seconds_count")).isEqualTo(200_000);
    }

    @Test
    void recordFinished_duringClose_leavesNoMeterBehind() throws Exception {
        for (int round = 0; round < 200; round++) {
            BurrowMetrics each = BurrowMetrics.on(registry);
            each.started(new ScriptedControl("shop"));
            CountDownLatch begun = new CountDownLatch(1);
            List<Runnable> work = new ArrayList<>();
            for (String topic : List.of("a", "b", "c")) {
                work.add(() -> {
                    begun.countDown();
                    for (RecordOutcome outcome : RecordOutcome.values()) {
                        each.recordFinished(new TopicPartition(topic, 0), 1, outcome, 1, 1, 1);
                    }
                });
            }
            work.add(() -> {
                awaitBegun(begun);
                each.close();
            });
            inParallel(work);
            assertThat(registry.getMeters()).as("round %d", round).isEmpty();
            assertThat(registry.scrape()).as("round %d", round).isEmpty();
        }
    }

    private static void awaitBegun(CountDownLatch begun) {
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void inParallel(int threads, Runnable task) throws Exception {
        inParallel(Collections.nCopies(threads, task));
    }

    private static void inParallel(List<Runnable> tasks) throws Exception {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Runnable task : tasks) {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
