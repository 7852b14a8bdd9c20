package io.burrow.it.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The report as a JSON object. */
public final class ChaosJson {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ChaosJson() {}

    /**
     * Writes the object, which ends with a line feed.
     *
     * @param report what to write
     * @param file where to; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public static void write(ChaosReport report, Path file) throws IOException {
        Files.writeString(file, of(report));
    }

    static String of(ChaosReport report) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("seed", report.settings().seed());
        fields.put("minutes", report.settings().duration().toMillis() / 60_000.0);
        fields.put("complete", report.complete());
        fields.put("faults", report.total(PhaseReport::faultCount));
        fields.put("faults_by_kind", names(report.faults()));
        fields.put("records", report.total(PhaseReport::records));
        fields.put("lost", report.total(PhaseReport::lost));
        fields.put("regressions", report.total(PhaseReport::regressions));
        fields.put("order_violations", report.total(PhaseReport::orderViolations));
        fields.put("redelivered", report.total(PhaseReport::redelivered));
        fields.put("stalls", report.total(PhaseReport::stalls));
        fields.put("other_violations", report.otherViolations());
        fields.put("late_commits", report.total(PhaseReport::lateCommits));
        fields.put("undone_records", report.total(PhaseReport::undoneRecords));
        fields.put("late_polls", report.total(PhaseReport::latePolls));
        fields.put(
                "given_up_phases",
                report.givenUp().stream().map(ChaosJson::givenUp).toList());
        fields.put("phases", report.phases().stream().map(ChaosJson::phase).toList());
        return MAPPER.writeValueAsString(fields) + "\n";
    }

    private static Map<String, Object> phase(PhaseReport phase) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("brokers", phase.brokers());
        fields.put("mode", phase.mode().name().toLowerCase(Locale.ROOT));
        fields.put("faults", phase.faultCount());
        fields.put("faults_by_kind", names(new TreeMap<>(phase.faults())));
        fields.put("member_changes", phase.memberChanges());
        fields.put("records", phase.records());
        fields.put("lost", phase.lost());
        fields.put("regressions", phase.regressions());
        fields.put("order_violations", phase.orderViolations());
        fields.put("redelivered", phase.redelivered());
        fields.put("stalls", phase.stalls());
        fields.put("other_violations", phase.otherViolations());
        fields.put("dead_lettered", phase.deadLettered());
        fields.put("aborted_transactions", phase.abortedTransactions());
        fields.put("commits", phase.commits());
        fields.put("late_commits", phase.lateCommits());
        fields.put("undone_records", phase.undoneRecords());
        fields.put("late_polls", phase.latePolls());
        fields.put("largest_snapshot_offsets", phase.snapshotOffsets());
        fields.put("gave_up", new TreeMap<>(phase.gaveUp()));
        fields.put("slowest_healing_ms", phase.slowestHealingMillis());
        fields.put("violations", violations(phase));
        return fields;
    }

    private static Map<String, Object> givenUp(GivenUp phase) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("phase", phase.phase());
        fields.put("reason", phase.reason());
        fields.put("begun_anew", phase.begunAnew());
        fields.put(
                "violations", phase.violations().stream().map(Object::toString).toList());
        return fields;
    }

    private static List<String> violations(PhaseReport phase) {
        return phase.violations().stream().map(Object::toString).toList();
    }

    private static Map<String, Integer> names(Map<FaultKind, Integer> faults) {
        Map<String, Integer> named = new LinkedHashMap<>();
        faults.forEach((kind, count) -> named.put(kind.name().toLowerCase(Locale.ROOT), count));
        return named;
    }
}
