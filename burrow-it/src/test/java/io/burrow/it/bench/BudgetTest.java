package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.bench.arm.ArmKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetTest {

    @Test
    void rows_areThoseThatWereMeasured() {
        assertThat(Budget.of(Samples.report())).isEmpty();
        assertThat(Budget.of(Samples.report(Samples.figure(Cases.UNORDERED, ArmKind.BURROW, 100))))
                .as("nothing to compare with")
                .isEmpty();
    }

    @Test
    void ratio_isTakenInOneCase() {
        List<Budget.Row> rows = Budget.of(Samples.report(
                Samples.figure(Cases.UNORDERED, ArmKind.BARE, 1_000),
                Samples.figure(Cases.UNORDERED, ArmKind.BURROW, 900),
                Samples.figure(Cases.UNORDERED, ArmKind.PARALLEL, 90),
                Samples.figure(Cases.KEYS_10K, ArmKind.BARE, 500),
                Samples.figure(Cases.KEYS_10K, ArmKind.BURROW, 300)));

        assertThat(row(rows, "no order: Burrow ÷ bare").value()).isEqualTo(0.9);
        assertThat(row(rows, "no order: Burrow ÷ bare").met()).isTrue();
        assertThat(row(rows, "no order: Burrow ÷ Parallel Consumer").value()).isEqualTo(10);
        assertThat(row(rows, "no order: Burrow ÷ Parallel Consumer").met()).isFalse();
        assertThat(row(rows, "10 k keys: Burrow ÷ bare").value()).isEqualTo(0.6);
        assertThat(row(rows, "10 k keys: Burrow ÷ bare").met()).isTrue();
        assertThat(row(rows, "above the bare poll loop, no order").value()).isZero();
        assertThat(rows)
                .noneMatch(each -> each.row().contains("tuned") || each.row().contains("one key"));
    }

    @Test
    void sleepingRow_isAShareOfTheIdeal() {
        List<Budget.Row> rows = Budget.of(Samples.report(Samples.figure(Cases.SLEEP_5000, ArmKind.BURROW, 97_000)));

        assertThat(rows).singleElement().satisfies(each -> {
            assertThat(each.value()).isEqualTo(0.97);
            assertThat(each.goal()).isEqualTo(0.98);
            assertThat(each.met()).isFalse();
        });
    }

    @Test
    void timesOfRecords_areHeldAgainstTheirRow() {
        Figure halfLoad = Figure.of(
                Samples.benchCase(Cases.HALF_LOAD),
                ArmKind.BURROW,
                List.of(new Measurement(10_000, 10_000, 900, 8, 50, 501, 900, Double.NaN)));

        List<Budget.Row> rows = Budget.of(Samples.report(halfLoad));

        assertThat(row(rows, "p50").met()).isTrue();
        assertThat(row(rows, "p99").met()).isFalse();
    }

    @Test
    void ledger_allocationIsRoundedToTenthsOfAByte() {
        BenchReport report = new BenchReport("m", List.of(), new LedgerFigures(20.5, 0.004, 0.4), List.of(), List.of());

        List<Budget.Row> rows = Budget.of(report);

        assertThat(row(rows, "ns a record").met()).isFalse();
        assertThat(row(rows, "B a record").met()).isTrue();
        assertThat(row(rows, "1 M records").met()).isTrue();
    }

    private static Budget.Row row(List<Budget.Row> rows, String part) {
        return rows.stream()
                .filter(each -> each.row().contains(part))
                .findFirst()
                .orElseThrow();
    }
}
