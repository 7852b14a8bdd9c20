package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitResult;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When meters come and go, and what is refused. */
class BurrowMetricsLifeTest extends MetricsRig {
    @Test
    void churn_ofTenThousandAssignments_leavesNoMeters() {
        start();
        int before = registry.getMeters().size();
        for (int i = 0; i < 10_000; i++) {
            TopicPartition partition = new TopicPartition("topic-" + i % 100, i % 1_000);
            metrics.assigned(List.of(partition, P0));
            metrics.blocked(partition, BlockedReason.values()[1 + i % (BlockedReason.values().length - 1)]);
            if (i % 3 == 0) {
                metrics.lost(List.of(partition, P0));
            } else {
                metrics.revoked(List.of(partition, P0));
            }
        }

        assertThat(registry.getMeters()).hasSize(before);
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void bindTo_afterTheStart_losesNothingThatIsCounted() {
        metrics.started(burrow);
        burrow.holds(P0, 5, 0, Duration.ZERO, BlockedReason.SPAN_FULL);
        metrics.assigned(List.of(P0, P1));
        metrics.blocked(P0, BlockedReason.SPAN_FULL);
        metrics.revoked(List.of(P1));
        commit(metrics, CommitResult.committed(List.of(P0, P1)));
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);
        assertThat(registry.getMeters()).isEmpty();

        metrics.bindTo(registry);

        assertThat(registry.find("burrow.gap.width").gauges()).hasSize(1);
        assertThat(gauge("burrow.gap.width", "partition", "0")).isEqualTo(5);
        assertThat(gauge("burrow.partition.blocked", "reason", "span_full")).isEqualTo(1);
        assertThat(counter("burrow.rebalances", "type", "revoked")).isEqualTo(1);
        assertThat(counter("burrow.commit", "outcome", "committed")).isEqualTo(1);
    }

    @Test
    void bindTo_sameRegistryAgain_doesNothing_anotherOneIsRefused() {
        start();
        int before = registry.getMeters().size();
        metrics.bindTo(registry);

        assertThat(registry.getMeters()).hasSize(before);
        assertThatThrownBy(() -> metrics.bindTo(new SimpleMeterRegistry()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CompositeMeterRegistry");
    }

    @Test
    void severalBurrows_shareARegistry() {
        start();
        ScriptedControl other = new ScriptedControl("other");
        other.processed = 7;
        BurrowMetrics second = BurrowMetrics.on(registry);
        second.started(other);
        metrics.assigned(List.of(P0));
        second.assigned(List.of(P0));

        assertThat(counter("burrow.records", "burrow", "shop", "outcome", "processed"))
                .isEqualTo(1_001);
        assertThat(counter("burrow.records", "burrow", "other", "outcome", "processed"))
                .isEqualTo(7);

        second.close();
        assertThat(registry.getMeters())
                .isNotEmpty()
                .allMatch(meter -> "shop".equals(meter.getId().getTag("burrow")));
        assertThat(registry.find("burrow.gap.width").gauges()).hasSize(1);
    }

    @Test
    void secondBurrowOfTheSameName_isRefused_andHarmsNothing() {
        start();
        List<Meter> before = List.copyOf(registry.getMeters());
        BurrowMetrics second = BurrowMetrics.on(registry);

        second.started(new ScriptedControl("shop")); // a listener must not throw
        assertThatThrownBy(() -> second.bindTo(registry))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("name must differ from that of every other Burrow in the meter registry")
                .hasMessageContaining(": shop");
        second.assigned(List.of(P0));
        second.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);
        second.close();

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(counter("burrow.retries")).isEqualTo(1_003);
    }

    @Test
    void otherBurrow_whileTheFirstRuns_isNotShown() {
        start();
        List<Meter> before = List.copyOf(registry.getMeters());
        metrics.started(new ScriptedControl("other"));

        assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(counter("burrow.retries", "burrow", "shop")).isEqualTo(1_003);
    }

    @Test
    void otherBurrow_afterTheFirstHasEnded_takesOver() {
        start();
        metrics.assigned(List.of(P0));
        burrow.state = BurrowState.FAILED;
        metrics.stateChanged(burrow, BurrowState.HALTING, BurrowState.FAILED, null);
        assertThat(registry.find("burrow.gap.width").gauges()).isEmpty();
        assertThat(counter("burrow.retries")).as("stays to be read").isEqualTo(1_003);

        ScriptedControl next = new ScriptedControl("shop");
        next.processed = 3;
        metrics.started(next);
        metrics.assigned(List.of(P1));

        assertThat(counter("burrow.records", "outcome", "processed")).isEqualTo(3);
        assertThat(registry.find("burrow.gap.width").gauges()).hasSize(1);
    }

    /** Returns its metrics, as long as somebody keeps them. */
    private static WeakReference<BurrowMetrics> failed(MeterRegistry registry) {
        ScriptedControl burrow = new ScriptedControl("shop");
        BurrowMetrics metrics = BurrowMetrics.on(registry);
        metrics.started(burrow);
        commit(metrics, CommitResult.committed(List.of(P0, P1)));
        burrow.state = BurrowState.FAILED;
        metrics.stateChanged(burrow, BurrowState.HALTING, BurrowState.FAILED, null);
        return new WeakReference<>(metrics);
    }

    @Test
    void burrowThatHasEnded_isShown_alsoWhereNobodyKeepsItOrItsMetrics() throws Exception {
        WeakReference<BurrowMetrics> metrics = failed(registry);
        Eventually.until("them to be collected", () -> {
            System.gc();
            return metrics.get() == null;
        });

        assertThat(gauge("burrow.state", "state", "failed")).isEqualTo(1);
        assertThat(counter("burrow.retries")).isEqualTo(1_003);
        assertThat(counter("burrow.commit", "outcome", "committed")).isEqualTo(1);
    }

    @Test
    void stateChange_thatIsNotTheEnd_removesNothing() {
        start();
        metrics.assigned(List.of(P0));
        metrics.stateChanged(burrow, BurrowState.RUNNING, BurrowState.PAUSED, null);
        metrics.stateChanged(new ScriptedControl("other"), BurrowState.CLOSING, BurrowState.CLOSED, null);
        assertThat(registry.find("burrow.gap.width").gauges()).hasSize(1);
    }

    @Test
    void close_removesAll_andWhatFollowsIsIgnored() {
        start();
        metrics.assigned(List.of(P0));
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);

        metrics.close();
        metrics.close();
        metrics.assigned(List.of(P1));
        metrics.blocked(P1, BlockedReason.SPAN_FULL);
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);
        metrics.recordFinished(P0, 1, RecordOutcome.SKIPPED, 1, 1, 1);
        commit(metrics, CommitResult.committed(List.of(P0, P1)));
        metrics.started(burrow);
        metrics.bindTo(registry);

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void registry_thatIsClosed_isRefused() {
        registry.close();
        assertThatThrownBy(() -> metrics.bindTo(registry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("registry is closed");
        metrics.bindTo(new SimpleMeterRegistry());
    }

    @Test
    void registry_closedEarly_harmsNothing() {
        start();
        registry.close();

        metrics.assigned(List.of(P0));
        metrics.blocked(P0, BlockedReason.SPAN_FULL);
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);
        commit(metrics, CommitResult.committed(List.of(P0, P1)));
        metrics.revoked(List.of(P0));
        metrics.close();
    }

    @Test
    void buckets_thatBreakTheRules_areRefusedTogether() {
        assertThatThrownBy(() -> BurrowMetrics.builder().buckets().build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("buckets must be 1 to 50: 0");
        assertThatThrownBy(() -> BurrowMetrics.builder()
                        .buckets(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(1))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("buckets must be positive and rise (after PT0S): PT0S")
                .hasMessageContaining("buckets must be positive and rise (after PT2S): PT1S");
        assertThatThrownBy(() -> BurrowMetrics.builder()
                        .buckets(Duration.ofSeconds(Long.MAX_VALUE))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("buckets must be at most a year: PT");
    }
}
