package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Directories;
import io.burrow.it.chaos.check.Violation;
import io.burrow.it.chaos.check.Violation.Kind;
import io.burrow.it.chaos.member.RebalanceMode;
import io.burrow.it.chaos.member.SpoiltMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run of {@code ./burrow chaos}. The plan is always the same, what comes of it is not. */
@Timeout(480)
class ChaosIT {

    private static final long SEED = 4;

    private static final String KEPT = "histories and logs are kept in ";

    private final List<String> printed = Collections.synchronizedList(new ArrayList<>());
    private final List<ChaosReport> soFar = new ArrayList<>();

    @BeforeAll
    static void quiet() {
        // Clients log a lot about brokers that are taken away on purpose.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "off");
    }

    @Test
    void oneBroker_everyModeAndKindOfFault_nothingIsBroken() {
        List<RebalanceMode> modes = Arrays.asList(RebalanceMode.values());
        ChaosReport report = run(new ChaosSettings(SEED, Duration.ofSeconds(110), List.of(1), modes));

        assertSound(report);
        assertThat(report.phases()).extracting(PhaseReport::mode).isEqualTo(modes);
        assertThat(soFar).extracting(each -> each.phases().size()).containsExactly(1, 2, 3);
        assertThat(soFar).extracting(ChaosReport::complete).containsExactly(false, false, true);
        assertThat(report.faults().keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(FaultKind.values())
                        .filter(kind -> kind.fits(1))
                        .toList());
        assertThat(report.phases()).allSatisfy(phase -> {
            assertThat(phase.faultCount()).isGreaterThan(8);
            assertThat(phase.records()).isGreaterThan(1_000);
            assertThat(phase.deadLettered()).isPositive();
            assertThat(phase.abortedTransactions()).isPositive();
            assertThat(phase.snapshotOffsets()).isPositive();
        });
        assertThat(report.total(PhaseReport::redelivered)).isPositive();
        assertThat(report.total(PhaseReport::memberChanges)).isGreaterThan(5);
    }

    @Test
    void threeBrokers_coordinatorMoves_nothingIsBroken() {
        ChaosReport report =
                run(new ChaosSettings(SEED, Duration.ofSeconds(38), List.of(3), List.of(RebalanceMode.CONSUMER)));

        assertSound(report);
        assertThat(report.faults()).containsKeys(FaultKind.COORDINATOR_MOVE, FaultKind.BROKER_KILL);
    }

    /** What Burrow must never do, done beneath it: a check that finds nothing here would find nothing anywhere. */
    @Test
    void consumersThatBreakThePromises_areFound() {
        ChaosSettings settings =
                new ChaosSettings(SEED, Duration.ofSeconds(24), List.of(1), List.of(RebalanceMode.EAGER));
        ChaosReport report = new Chaos(settings, SpoiltMain.class, printed::add, soFar::add).run();

        assertThat(report.sound()).isFalse();
        assertThat(report.phases())
                .flatExtracting(PhaseReport::violations)
                .extracting(Violation::kind)
                .as("violations in a run that printed %s", printed)
                .contains(Kind.PASSED, Kind.REGRESSION, Kind.REDELIVERY, Kind.POLL_GAP, Kind.CLOSE);
        String kept = printed.stream()
                .filter(line -> line.startsWith(KEPT))
                .findFirst()
                .orElseThrow()
                .substring(KEPT.length());
        assertThat(Path.of(kept, "brokers-1", "eager", "histories")).isNotEmptyDirectory();
        Directories.delete(Path.of(kept));
    }

    private void assertSound(ChaosReport report) {
        assertThat(report.phases())
                .flatExtracting(PhaseReport::violations)
                .as("violations in a run that printed %s", printed)
                .isEmpty();
        assertThat(printed).first().asString().startsWith("seed " + SEED + ",");
        assertThat(printed.get(printed.size() - 1)).contains("lost 0, regressions 0, order violations 0");
        assertThat(printed).noneMatch(line -> line.startsWith(KEPT));
    }

    private ChaosReport run(ChaosSettings settings) {
        return new Chaos(settings, printed::add, soFar::add).run();
    }
}
