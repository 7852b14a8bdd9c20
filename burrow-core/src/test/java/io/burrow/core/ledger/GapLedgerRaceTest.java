package io.burrow.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.junit.jupiter.api.Test;

/** The ledger under real threads: a loop that tracks and advances, workers that complete what it hands them. */
class GapLedgerRaceTest {
    private static final int RECORDS = 2_000_000;
    private static final int WORKERS = 3;

    @Test
    void everyCompletionIsSeen_andTheCommitPointNeverPassesAnUnfinishedRecord() throws Exception {
        GapLedger ledger = new GapLedger(0, RECORDS);
        MpmcAtomicArrayQueue<Long> queue = new MpmcAtomicArrayQueue<>(4096);
        boolean[] completed = new boolean[RECORDS];
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        for (int w = 0; w < WORKERS; w++) {
            workers.execute(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Long sequence = queue.poll();
                    if (sequence == null) {
                        Thread.onSpinWait();
                        continue;
                    }
                    completed[sequence.intValue()] = true; // published by the ledger's own release
                    ledger.complete(sequence);
                }
            });
        }
        try {
            long checked = 0;
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            for (int i = 0; i < RECORDS || checked < RECORDS; ) {
                while (i < RECORDS && queue.size() < 4_000) {
                    long sequence = ledger.track(i++);
                    while (!queue.offer(sequence)) {
                        Thread.onSpinWait();
                    }
                }
                ledger.advance();
                checked = check(ledger, completed, checked);
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("stuck at " + checked);
                }
            }
            assertThat(ledger.commitPoint()).isEqualTo(RECORDS);
        } finally {
            workers.shutdownNow();
            assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static long check(GapLedger ledger, boolean[] completed, long from) {
        long to = ledger.commitPoint();
        for (long i = from; i < to; i++) {
            if (!completed[(int) i]) {
                throw new AssertionError("the commit point " + to + " passed " + i + ", which is not finished");
            }
        }
        return to;
    }
}
