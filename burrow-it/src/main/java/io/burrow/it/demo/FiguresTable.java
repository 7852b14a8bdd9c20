package io.burrow.it.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table that the demo ends with. */
final class FiguresTable {

    private FiguresTable() {}

    static List<String> of(DemoFigures figures) {
        List<String> lines = new ArrayList<>();
        lines.add(row("", "records/s", "speed-up"));
        lines.add(rate("plain consumer", figures.plainPerSecond(), 1));
        lines.add(rate(
                String.format(Locale.ROOT, "Burrow, %,d workers", figures.workers()),
                figures.burrowPerSecond(),
                figures.speedup()));
        Double many = figures.manyPerSecond();
        String manyName = String.format(Locale.ROOT, "Burrow, %,d workers", figures.manyWorkers());
        lines.add(
                many == null
                        ? row(manyName, "left out", "needs Java 21")
                        : rate(manyName, many, many / figures.plainPerSecond()));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "failing record      %d attempts, dead letters: %d",
                figures.attempts(),
                figures.deadLettered()));
        lines.add(String.format(
                Locale.ROOT,
                "crash and restart   %,d records: lost %,d, redelivered %,d",
                figures.crashRecords(),
                figures.lost(),
                figures.redelivered()));
        return lines;
    }

    private static String rate(String name, double perSecond, double speedup) {
        return row(name, String.format(Locale.ROOT, "%,.1f", perSecond), String.format(Locale.ROOT, "%,.1f", speedup));
    }

    private static String row(String name, String rate, String speedup) {
        return String.format(Locale.ROOT, "%-24s%12s%16s", name, rate, speedup).stripTrailing();
    }
}
