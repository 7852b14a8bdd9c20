package io.burrow.core.ledger;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the ledger costs for each record, with one loop and with workers beside it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GapLedgerBenchmark {
    private static final int RECORDS = 8_192;

    /** A ledger whose span is a poll's records, all in the calling thread. */
    @State(Scope.Thread)
    public static class Alone {
        private final GapLedger ledger = new GapLedger(0, RECORDS);
        private long offset;
    }

    /** Track, complete and advance, in one thread, 500 records at a time. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long oneThread(Alone state) {
        for (int done = 0; done < RECORDS; done += 512) {
            long first = state.ledger.track(state.offset++);
            for (int i = 1; i < 512; i++) {
                state.ledger.track(state.offset++);
            }
            for (int i = 0; i < 512; i++) {
                state.ledger.complete(first + i);
            }
            state.ledger.advance();
        }
        return state.ledger.commitPoint();
    }

    /** The same in an order that is no order: a stride through each 512. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long oneThreadOutOfOrder(Alone state) {
        for (int done = 0; done < RECORDS; done += 512) {
            long first = state.ledger.track(state.offset++);
            for (int i = 1; i < 512; i++) {
                state.ledger.track(state.offset++);
            }
            for (int i = 0; i < 512; i++) {
                state.ledger.complete(first + (i * 197 & 511));
            }
            state.ledger.advance();
        }
        return state.ledger.commitPoint();
    }

    /**
     * A ledger and workers in threads of their own. They take every so manieth record each, as soon as it is tracked.
     */
    @State(Scope.Benchmark)
    public static class Beside {
        @Param({"1", "2"})
        int workers;

        private final GapLedger ledger = new GapLedger(0, 1 << 16);
        private volatile long tracked;
        private volatile boolean over;
        private Thread[] threads = new Thread[0];

        /** Starts the workers. */
        @Setup(Level.Iteration)
        public void start() {
            over = false;
            threads = new Thread[workers];
            long from = tracked;
            for (int w = 0; w < workers; w++) {
                int mine = w;
                threads[w] = new Thread(() -> complete(from + mine));
                threads[w].start();
            }
        }

        private void complete(long from) {
            for (long next = from; !over; next += workers) {
                while (next >= tracked && !over) {
                    Thread.onSpinWait();
                }
                if (next < tracked) {
                    ledger.complete(next);
                }
            }
        }

        /** Ends them, after they have completed everything. */
        @TearDown(Level.Iteration)
        public void stop() throws InterruptedException {
            while (ledger.span() > 0) {
                ledger.advance();
            }
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** Track and advance in one thread while others complete: until all of them are passed. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long oneLoopAndWorkers(Beside state) {
        long end = state.ledger.nextSequence() + RECORDS;
        while (state.ledger.nextSequence() < end) {
            long next = state.ledger.nextSequence();
            long room = Math.min(512, Math.min(state.ledger.room(), end - next));
            for (int i = 0; i < room; i++) {
                state.ledger.track(next + i);
            }
            state.tracked = next + room;
            state.ledger.advance();
        }
        return state.ledger.advance();
    }
}
