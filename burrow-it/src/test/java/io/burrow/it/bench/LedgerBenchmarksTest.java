package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerBenchmarksTest {

    @Test
    void result_isTheMedian_andOfSnapshotsThatOfTheSlowest() throws IOException {
        LedgerFigures figures = LedgerBenchmarks.parse("""
                [{"benchmark": "io.burrow.core.ledger.GapLedgerBenchmark.oneLoopAndWorkers",
                  "primaryMetric": {"score": 45.5, "rawData": [[12.5, 12.0], [112.0]]},
                  "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 3.0, "rawData": [[0.002, 0.001], [9.0]]}}},
                 {"benchmark": "io.burrow.core.snapshot.SnapshotBenchmark.commitPoint",
                  "primaryMetric": {"score": 5.0, "rawData": [[0.5, 1.5]]}, "secondaryMetrics": {}},
                 {"benchmark": "io.burrow.core.snapshot.SnapshotBenchmark.encode",
                  "primaryMetric": {"score": 5.0, "rawData": [[199.0]]}, "secondaryMetrics": {}},
                 {"benchmark": "io.burrow.core.snapshot.SnapshotBenchmark.encode",
                  "primaryMetric": {"score": 5.0, "rawData": [[7.0]]}, "secondaryMetrics": {}}]
                """);

        assertThat(figures.nanosPerRecord()).isEqualTo(12.5);
        assertThat(figures.bytesPerRecord()).isEqualTo(0.002);
        assertThat(figures.commitMillis()).isCloseTo(0.2, within(1e-9));
    }

    @Test
    void result_ofNothing_hasNoFigures() throws IOException {
        assertThat(LedgerBenchmarks.parse("[]")).isEqualTo(LedgerFigures.NONE);
    }

    @Test
    void withoutTheCoresTestClasses_itSaysWhereTheyAre(@TempDir Path home) {
        assertThatThrownBy(() -> LedgerBenchmarks.run(home))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("burrow-core");
        assertThatThrownBy(() -> LedgerBenchmarks.run(null)).isInstanceOf(BenchException.class);
    }
}
