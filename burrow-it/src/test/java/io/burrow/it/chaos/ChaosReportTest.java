package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.it.chaos.check.Violation;
import io.burrow.it.chaos.check.Violation.Kind;
import io.burrow.it.chaos.member.RebalanceMode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChaosReportTest {

    private static final ChaosSettings SETTINGS =
            new ChaosSettings(7, Duration.ofSeconds(90), List.of(1, 3), Arrays.asList(RebalanceMode.values()));

    @Test
    void phases_shareTheTime() {
        assertThat(SETTINGS.phase()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void phases_haveSeedsOfTheirOwn() {
        assertThat(List.of(
                        SETTINGS.phaseSeed(1, RebalanceMode.EAGER),
                        SETTINGS.phaseSeed(1, RebalanceMode.CONSUMER),
                        SETTINGS.phaseSeed(3, RebalanceMode.EAGER)))
                .doesNotHaveDuplicates();
    }

    @Test
    void nothingFound_isSound() {
        assertThat(report(phase(), phase()).sound()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anyViolation_isNotSound(Kind kind) {
        ChaosReport report = report(phase(), phase(kind));

        assertThat(report.sound()).isFalse();
        assertThat(report.total(PhaseReport::lost)
                        + report.total(PhaseReport::regressions)
                        + report.total(PhaseReport::orderViolations)
                        + report.total(PhaseReport::stalls)
                        + report.total(PhaseReport::otherViolations))
                .isEqualTo(1);
    }

    @Test
    void json_hasTheFiguresOfAllPhasesAndOfEach() throws IOException {
        JsonNode json = new ObjectMapper()
                .readTree(ChaosJson.of(report(phase(Kind.LOST, Kind.PASSED, Kind.STALL, Kind.CLOSE), phase())));

        assertThat(json.get("seed").asLong()).isEqualTo(7);
        assertThat(json.get("minutes").asDouble()).isEqualTo(1.5);
        assertThat(json.get("complete").asBoolean()).isFalse();
        assertThat(json.get("faults").asLong()).isEqualTo(10);
        assertThat(json.get("faults_by_kind").get("broker_kill").asLong()).isEqualTo(6);
        assertThat(json.get("records").asLong()).isEqualTo(2_000);
        assertThat(json.get("redelivered").asLong()).isEqualTo(20);
        assertThat(json.get("lost").asLong()).isEqualTo(2);
        assertThat(json.get("regressions").asLong()).isZero();
        assertThat(json.get("order_violations").asLong()).isZero();
        assertThat(json.get("stalls").asLong()).isEqualTo(1);
        assertThat(json.get("other_violations").asLong()).isEqualTo(1);
        assertThat(json.get("late_commits").asLong()).isEqualTo(4);
        assertThat(json.get("undone_records").asLong()).isEqualTo(6);
        assertThat(json.get("late_polls").asLong()).isEqualTo(8);
        assertThat(json.get("phases").get(0).get("late_polls").asLong()).isEqualTo(4);
        assertThat(json.get("given_up_phases")).hasSize(1);
        assertThat(json.get("given_up_phases").get(0).get("reason").asText()).isEqualTo("cannot replay");
        assertThat(json.get("phases")).hasSize(2);
        assertThat(json.get("phases").get(0).get("mode").asText()).isEqualTo("eager");
        assertThat(json.get("phases").get(0).get("violations")).hasSize(4);
    }

    @Test
    void run_isCompleteWithAllItsPhases() {
        PhaseReport[] all = Collections.nCopies(6, phase()).toArray(PhaseReport[]::new);

        assertThat(report(all).complete()).isTrue();
        assertThat(report(Arrays.copyOf(all, 5)).complete()).isFalse();
    }

    @Test
    void table_endsWithTheTotal() {
        List<String> lines = ChaosTable.of(report(phase(Kind.ORDER), phase(Kind.REGRESSION)));

        assertThat(lines).hasSize(8);
        assertThat(lines.get(1)).startsWith("1 broker, eager ");
        assertThat(lines.subList(3, 6))
                .containsExactly(
                        "commits that the brokers obeyed after one that was sent later: 4",
                        "records of committed transactions that the brokers aborted all the same: 6",
                        "polls that the client held beyond half of the poll interval: 8");
        assertThat(lines.get(6))
                .isEqualTo("1 broker, eager, begun anew since a broker failed by itself: cannot replay");
        assertThat(lines.get(7))
                .isEqualTo("seed 7, faults 10, records 2000, lost 0, regressions 1, order violations 1,"
                        + " redelivered 20, stalls 0, other violations 0");
    }

    @Test
    void phaseGivenUp_isSettledOnlyIfNothingWasFoundInIt_andItWasRunAgain() {
        GivenUp found = new GivenUp("1 broker, eager", "r", List.of(new Violation(Kind.OVERLAP, "o")), true);
        GivenUp forGood = new GivenUp("1 broker, eager", "r", List.of(), false);

        assertThat(report(phase()).sound()).isTrue();
        ChaosReport dirty = new ChaosReport(SETTINGS, List.of(phase()), List.of(found));
        assertThat(dirty.sound()).isFalse();
        assertThat(dirty.otherViolations()).isEqualTo(1);
        assertThat(ChaosTable.of(dirty))
                .contains("  before that: " + found.violations().get(0));
        assertThat(new ChaosReport(SETTINGS, List.of(), List.of(forGood)).sound())
                .isFalse();
    }

    static ChaosReport report(PhaseReport... phases) {
        return new ChaosReport(
                SETTINGS, List.of(phases), List.of(new GivenUp("1 broker, eager", "cannot replay", List.of(), true)));
    }

    static PhaseReport phase(Kind... kinds) {
        return new PhaseReport(
                1,
                RebalanceMode.EAGER,
                Map.of(FaultKind.BROKER_KILL, 3, FaultKind.CONSUMER_KILL, 2),
                4,
                1_000,
                10,
                5,
                3,
                100,
                2,
                3,
                4,
                20,
                Map.of(),
                900,
                Arrays.stream(kinds)
                        .map(kind -> new Violation(kind, "somewhere"))
                        .toList());
    }
}
