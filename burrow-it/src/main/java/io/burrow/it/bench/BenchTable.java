package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report as Markdown. Pure. */
public final class BenchTable {

    private BenchTable() {}

    /**
     * Two tables, what was measured and the budget, and what is to be said about them.
     *
     * @param report what was found
     * @return the lines
     */
    public static List<String> of(BenchReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(report.machine());
        lines.add("");
        if (!report.figures().isEmpty()) {
            measured(report, lines);
        }
        List<Budget.Row> budget = Budget.of(report);
        if (!budget.isEmpty()) {
            budget(budget, lines);
        }
        report.notes().forEach(each -> lines.add("- " + each));
        report.failures().forEach(each -> lines.add("- failed: " + each));
        return lines;
    }

    private static void measured(BenchReport report, List<String> lines) {
        lines.add("| case | arm | records/s | ± | first 10 s | ÷ bare | Burrow ÷ it | B/record | CPU µs/record |"
                + " p50 µs | p99 µs | p99.9 µs | came again |");
        lines.add("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        report.figures().forEach(each -> lines.add(line(report, each)));
        lines.add("");
    }

    private static void budget(List<Budget.Row> rows, List<String> lines) {
        lines.add("| budget | value | goal | |");
        lines.add("| --- | ---: | ---: | --- |");
        for (Budget.Row each : rows) {
            lines.add("| " + each.row() + " | " + figures(each.value()) + " | " + (each.atLeast() ? "≥ " : "≤ ")
                    + figures(each.goal()) + " | " + (each.met() ? "met" : "**missed**") + " |");
        }
        lines.add("");
    }

    private static String line(BenchReport report, Figure figure) {
        String name = figure.benchCase().name();
        Measurement median = figure.median();
        double rate = median.recordsPerSecond();
        return "| "
                + String.join(
                        " | ",
                        name,
                        figure.arm().title(),
                        whole(rate),
                        figure.rounds() < 2 ? "" : whole(figure.spread() * 100) + " %",
                        whole(median.firstPerSecond()),
                        figure.arm() == ArmKind.BARE ? "" : figures(rate / report.rate(name, ArmKind.BARE)),
                        figure.arm() == ArmKind.BURROW ? "" : figures(report.rate(name, ArmKind.BURROW) / rate),
                        whole(median.bytesPerRecord()),
                        figures(median.cpuMicrosPerRecord()),
                        figures(median.p50Micros()),
                        figures(median.p99Micros()),
                        figures(median.p999Micros()),
                        whole(median.redelivered()))
                + " |";
    }

    private static String whole(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "";
    }

    /** Three digits that count, or a whole number. */
    static String figures(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 || size == Math.rint(value) && size >= 1 || size == 0 ? 0 : size >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
