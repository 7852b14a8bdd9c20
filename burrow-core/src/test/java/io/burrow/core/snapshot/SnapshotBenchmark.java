package io.burrow.core.snapshot;

import io.burrow.api.TopicPartition;
import io.burrow.core.ledger.GapLedger;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a commit costs where a million records lie above the commit point. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SnapshotBenchmark {
    private static final int SPAN = 1_000_000;
    private static final int CHARACTERS = 4_096;
    private static final TopicPartition PARTITION = new TopicPartition("orders", 7);

    /** How many records above the commit point are not finished; {@code half}: each, by chance. */
    @Param({"1", "100", "10000", "half"})
    String open;

    private final GapLedger ledger = new GapLedger(0, SPAN);
    private String text = "";

    /** Fills the span. */
    @Setup
    public void fill() {
        Random random = new Random(1);
        int every = open.equals("half") ? 2 : SPAN / Integer.parseInt(open);
        for (int i = 0; i < SPAN; i++) {
            ledger.track(i);
        }
        for (int i = 1; i < SPAN; i++) {
            if (open.equals("half") ? random.nextBoolean() : i % every != 0) {
                ledger.complete(i);
            }
        }
        text = snapshot();
    }

    private String snapshot() {
        OffsetRanges.Builder ranges = OffsetRanges.builder();
        int most = SnapshotCodec.mostRanges(CHARACTERS);
        ledger.finishedAbove((from, to) -> ranges.add(from, to).ranges() <= most);
        return SnapshotCodec.encode(PARTITION, 0, 1, new Snapshot(1, ranges.build()), CHARACTERS);
    }

    /** Looks for the commit point, where nothing has changed. */
    @Benchmark
    public long commitPoint() {
        ledger.advance();
        return ledger.commitPoint();
    }

    /** From the ledger to the text. */
    @Benchmark
    public String encode() {
        return snapshot();
    }

    /** And back, as after a restart. */
    @Benchmark
    public Snapshot decode() {
        return SnapshotCodec.decode(PARTITION, 0, 1, text);
    }
}
