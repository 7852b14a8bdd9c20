package io.burrow.core.schedule;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What the ready queue and the lanes cost for each record, all in one thread: work, not contention. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ScheduleBenchmark {
    private static final int RECORDS = 512;

    private static final class Record extends Entry {
        Record(@Nullable Lane lane) {
            super(lane);
        }
    }

    /** A queue, and records without a key. */
    @State(Scope.Thread)
    public static class Queue {
        private final ReadyQueue queue = new ReadyQueue();
        private final Record[] records = new Record[RECORDS];

        /** Makes the records. */
        @Setup
        public void fill() {
            for (int i = 0; i < RECORDS; i++) {
                records[i] = new Record(null);
            }
        }
    }

    /** A poll's records go in and come out. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void queue(Queue state, Blackhole hole) {
        for (Record record : state.records) {
            state.queue.offer(new UnitRun(record));
        }
        for (int i = 0; i < RECORDS; i++) {
            hole.consume(state.queue.poll(null));
        }
    }

    /** A table of lanes, and keys that come again in turn. */
    @State(Scope.Thread)
    public static class Lanes {
        @Param({"1", "10000", "1000000"})
        int keys;

        private final ReadyQueue queue = new ReadyQueue();
        private final LaneTable table = new LaneTable();
        private byte[][] names = new byte[0][];
        private int next;

        /** Makes the keys. */
        @Setup
        public void fill() {
            names = new byte[keys][];
            for (int i = 0; i < keys; i++) {
                names[i] = ("customer-" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            }
        }
    }

    /** The way of a record with a key: to its lane, through the queue, and to its end. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void lanes(Lanes state, Blackhole hole) {
        for (int i = 0; i < RECORDS; i++) {
            Lane lane = state.table.lane(state.names[state.next]);
            state.next = state.next + 1 == state.names.length ? 0 : state.next + 1;
            lane.append(new Record(lane));
            state.queue.offer(new UnitRun(lane));
        }
        Unit unit;
        while ((unit = state.queue.poll(null)) != null) {
            Lane lane = (Lane) unit;
            if (lane.claim()) {
                do {
                    hole.consume(lane.current());
                } while (lane.finish());
            }
        }
        state.table.sweep(RECORDS);
    }
}
