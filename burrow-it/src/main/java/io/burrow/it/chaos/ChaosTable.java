package io.burrow.it.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report as lines: one for each phase, and the sum. */
final class ChaosTable {

    private static final String ROW = "%-26s %7s %9s %6s %12s %7s %12s %7s %7s %9s";

    private ChaosTable() {}

    static List<String> of(ChaosReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(head());
        report.phases().forEach(phase -> lines.add(row(phase)));
        long late = report.total(PhaseReport::lateCommits);
        if (late > 0) {
            lines.add("commits that the brokers obeyed after one that was sent later: " + late);
        }
        long undone = report.total(PhaseReport::undoneRecords);
        if (undone > 0) {
            lines.add("records of committed transactions that the brokers aborted all the same: " + undone);
        }
        long held = report.total(PhaseReport::latePolls);
        if (held > 0) {
            lines.add("polls that the client held beyond half of the poll interval: " + held);
        }
        report.givenUp().forEach(each -> {
            lines.add(each.toString());
            each.violations().forEach(violation -> lines.add("  before that: " + violation));
        });
        lines.add(String.format(
                Locale.ROOT,
                "seed %d, faults %d, records %d, lost %d, regressions %d, order violations %d, redelivered %d, stalls %d,"
                        + " other violations %d",
                report.settings().seed(),
                report.total(PhaseReport::faultCount),
                report.total(PhaseReport::records),
                report.total(PhaseReport::lost),
                report.total(PhaseReport::regressions),
                report.total(PhaseReport::orderViolations),
                report.total(PhaseReport::redelivered),
                report.total(PhaseReport::stalls),
                report.otherViolations()));
        return lines;
    }

    static String head() {
        return String.format(
                Locale.ROOT,
                ROW,
                "phase",
                "faults",
                "records",
                "lost",
                "regressions",
                "order",
                "redelivered",
                "stalls",
                "others",
                "healed in");
    }

    static String row(PhaseReport phase) {
        return String.format(
                Locale.ROOT,
                ROW,
                name(phase),
                phase.faultCount(),
                phase.records(),
                phase.lost(),
                phase.regressions(),
                phase.orderViolations(),
                phase.redelivered(),
                phase.stalls(),
                phase.otherViolations(),
                String.format(Locale.ROOT, "%.1f s", phase.slowestHealingMillis() / 1_000.0));
    }

    static String name(PhaseReport phase) {
        return Chaos.name(phase.brokers(), phase.mode());
    }
}
