package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the meters show. */
class BurrowMetricsTest extends MetricsRig {
    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void totals_readTheStats() {
        start();

        assertThat(counter("burrow.records", "outcome", "processed")).isEqualTo(1_001);
        assertThat(counter("burrow.attempts.failed")).isEqualTo(1_002);
        assertThat(counter("burrow.retries")).isEqualTo(1_003);
        assertThat(counter("burrow.position.resets")).isEqualTo(1_011);
        assertThat(counter("burrow.records", "outcome", "skipped")).isEqualTo(1_004);
        assertThat(counter("burrow.records", "outcome", "dead_lettered")).isEqualTo(1_005);
        assertThat(counter("burrow.deadletters", "outcome", "acknowledged")).isEqualTo(1_005);
        assertThat(counter("burrow.deadletters", "outcome", "failed")).isEqualTo(1_006);
        assertThat(counter("burrow.records", "outcome", "abandoned")).isEqualTo(1_007);
        assertThat(gauge("burrow.queue.depth")).isEqualTo(1_013);
        assertThat(gauge("burrow.inflight")).isEqualTo(1_014);
        assertThat(gauge("burrow.inflight.bytes")).isEqualTo(1_015);
        assertThat(gauge("burrow.parked")).isEqualTo(1_017);
        assertThat(gauge("burrow.concurrency.limit")).isEqualTo(1_018);
    }

    @Test
    void allMeters_nameTheBurrow() {
        start();
        metrics.assigned(List.of(P0));
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);

        assertThat(registry.getMeters())
                .isNotEmpty()
                .allMatch(meter -> "shop".equals(meter.getId().getTag("burrow")));
    }

    @Test
    void meters_ofOneName_haveTheSameTagKeys() {
        start();
        metrics.assigned(List.of(P0, P1));
        metrics.blocked(P0, BlockedReason.SPAN_FULL);
        metrics.blocked(P1, BlockedReason.PAUSED_BY_USER);
        for (RecordOutcome outcome : RecordOutcome.values()) {
            metrics.recordFinished(P0, 1, outcome, 1, 1, 1);
            metrics.recordFinished(new TopicPartition("invoices", 0), 1, outcome, 1, 1, 1);
        }
        BurrowMetrics second = BurrowMetrics.on(registry);
        second.started(new ScriptedControl("other"));
        second.assigned(List.of(P0));

        Map<String, Set<Set<String>>> keys = registry.getMeters().stream()
                .filter(meter -> !meter.getId().getName().endsWith(".histogram")) // the simple registry's own
                .collect(Collectors.groupingBy(
                        meter -> meter.getId().getName(),
                        HashMap::new,
                        Collectors.mapping(
                                meter -> meter.getId().getTags().stream()
                                        .map(Tag::getKey)
                                        .collect(Collectors.toSet()),
                                Collectors.toSet())));
        assertThat(keys).containsOnlyKeys(documentedNames());
        keys.forEach((name, sets) -> assertThat(sets).as(name).hasSize(1));
    }

    private static List<String> documentedNames() {
        return Arrays.stream(MeterNames.class.getFields())
                .filter(field -> !field.getName().startsWith("TAG_"))
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    @Test
    void scrape_takesOneSnapshot_andAnotherOnlyWhenItIsOld() {
        start();
        metrics.assigned(List.of(P0, P1));
        int before = burrow.statsTaken.get();

        readAll();
        readAll();
        pass(Duration.ofNanos(199_999_999));
        readAll();
        assertThat(burrow.statsTaken.get() - before).isEqualTo(1);

        burrow.processed = 2_000;
        pass(Duration.ofNanos(1));
        readAll();
        assertThat(burrow.statsTaken.get() - before).isEqualTo(2);
        assertThat(counter("burrow.records", "outcome", "processed")).isEqualTo(2_000);
    }

    private void readAll() {
        registry.getMeters().forEach(meter -> meter.measure().forEach(sample -> sample.getValue()));
    }

    @Test
    void stats_thatCannotBeRead_leaveTheLastNumbers() {
        start();
        assertThat(counter("burrow.records", "outcome", "processed")).isEqualTo(1_001);

        burrow.refuses = new IllegalStateException("test: stats are broken");
        pass(Duration.ofSeconds(1));
        assertThat(counter("burrow.records", "outcome", "processed")).isEqualTo(1_001);

        burrow.refuses = null;
        burrow.processed = 1_100;
        pass(Duration.ofSeconds(1));
        assertThat(counter("burrow.records", "outcome", "processed")).isEqualTo(1_100);
    }

    @Test
    void partition_showsWidthAndAge_untilItGoes() {
        start();
        burrow.holds(P0, 5, 23, Duration.ofMillis(1_500), BlockedReason.NONE);
        burrow.holds(P1, 1, 0, Duration.ZERO, BlockedReason.NONE);
        metrics.assigned(List.of(P0, P1));

        assertThat(gauge("burrow.gap.width", "topic", "orders", "partition", "0"))
                .isEqualTo(28);
        assertThat(registry.get("burrow.gap.oldest.age")
                        .tags("topic", "orders", "partition", "0")
                        .timeGauge()
                        .value())
                .as("in seconds")
                .isEqualTo(1.5);
        assertThat(gauge("burrow.gap.width", "partition", "1")).isEqualTo(1);

        metrics.revoked(List.of(P0));
        assertThat(registry.find("burrow.gap.width").gauges()).hasSize(1);
        metrics.lost(List.of(P1));
        assertThat(registry.find("burrow.gap.width").gauges()).isEmpty();
        assertThat(registry.find("burrow.gap.oldest.age").meters()).isEmpty();

        assertThat(counter("burrow.rebalances", "type", "assigned")).isEqualTo(1);
        assertThat(counter("burrow.rebalances", "type", "revoked")).isEqualTo(1);
        assertThat(counter("burrow.rebalances", "type", "lost")).isEqualTo(1);
    }

    @Test
    void partition_showsItsLag_andNoNumberWhereTheEndIsNotKnown() {
        start();
        burrow.logEnds(P0, 5, 100);
        burrow.holds(P1, 5, 1, Duration.ZERO, BlockedReason.NONE);
        metrics.assigned(List.of(P0, P1));

        assertThat(gauge("burrow.lag", "partition", "0")).isEqualTo(88);
        assertThat(gauge("burrow.lag.unfinished", "partition", "0")).isEqualTo(65);
        assertThat(gauge("burrow.lag", "partition", "1")).isNaN();
        assertThat(gauge("burrow.lag.unfinished", "partition", "1")).isNaN();
    }

    @Test
    void partition_showsWhatWaitsInIt_alsoWhileItMoves() {
        start();
        burrow.waits(P0, 2, 0);
        burrow.waits(P1, 0, 3);
        metrics.assigned(List.of(P0, P1));

        assertThat(gauge("burrow.partition.retrying", "partition", "0")).isEqualTo(2);
        assertThat(gauge("burrow.partition.parked", "partition", "0")).isZero();
        assertThat(gauge("burrow.partition.retrying", "partition", "1")).isZero();
        assertThat(gauge("burrow.partition.parked", "partition", "1")).isEqualTo(3);
    }

    @Test
    void snapshot_isAsLongAsTheLastOneThatWasStored() {
        start();
        metrics.assigned(List.of(P0, P1));
        Map<TopicPartition, CommitPoint> points =
                Map.of(P0, new CommitPoint(1, -1, "abc"), P1, new CommitPoint(1, -1, "abcd"));
        metrics.committed(
                points,
                new CommitResult(Map.of(P0, CommitOutcome.COMMITTED, P1, CommitOutcome.REJECTED), null),
                2_000_000);
        assertThat(gauge("burrow.snapshot.chars", "partition", "0")).isEqualTo(3);
        assertThat(gauge("burrow.snapshot.chars", "partition", "1")).isZero();

        commit(metrics, CommitResult.committed(List.of(P0, P1)));
        assertThat(gauge("burrow.snapshot.chars", "partition", "0")).isZero();

        metrics.revoked(List.of(P0));
        metrics.committed(points, CommitResult.committed(List.of(P0, P1)), 2_000_000);
        metrics.assigned(List.of(P0));
        assertThat(gauge("burrow.snapshot.chars", "partition", "0"))
                .as("of an assignment before")
                .isZero();
    }

    @Test
    void partitions_areCountedByState() {
        start();
        burrow.holds(P0, 5, 0, Duration.ZERO, BlockedReason.NONE);
        burrow.holds(P1, 5, 0, Duration.ZERO, BlockedReason.HELD_BY_STUCK);
        burrow.holds(new TopicPartition("orders", 2), 5, 0, Duration.ZERO, BlockedReason.SPAN_FULL);

        assertThat(gauge("burrow.partitions", "state", "moving")).isEqualTo(1);
        assertThat(gauge("burrow.partitions", "state", "blocked")).isEqualTo(2);
        assertThat(gauge("burrow.partitions", "state", "idle")).isZero();
        assertThat(gauge("burrow.partitions", "state", "stopped")).isZero();
    }

    @Test
    void state_isOneOfAll() {
        start();
        for (BurrowState state : BurrowState.values()) {
            burrow.state = state;
            for (BurrowState each : BurrowState.values()) {
                assertThat(gauge("burrow.state", "state", each.name().toLowerCase(Locale.ROOT)))
                        .as("%s in %s", each, state)
                        .isEqualTo(each == state ? 1 : 0);
            }
        }
    }

    @Test
    void partition_unknownToTheStats_showsZero() {
        start();
        metrics.assigned(List.of(P0));
        assertThat(gauge("burrow.gap.width")).isZero();
    }

    @Test
    void partition_newlyAssigned_isNotShownByAnOldSnapshot() {
        start();
        readAll();
        burrow.holds(P0, 5, 0, Duration.ZERO, BlockedReason.NONE);
        metrics.assigned(List.of(P0));
        assertThat(gauge("burrow.gap.width")).isEqualTo(5);
    }

    @Test
    void blocked_showsTheReasonFromItsFirstTimeOn() {
        start();
        metrics.assigned(List.of(P0));
        metrics.blocked(P0, BlockedReason.NONE);
        assertThat(reasons()).allMatch(reason -> reason.startsWith("held_by_"));

        burrow.holds(P0, 1, 1, Duration.ZERO, BlockedReason.SPAN_FULL);
        metrics.blocked(P0, BlockedReason.SPAN_FULL);
        assertThat(gauge("burrow.partition.blocked", "partition", "0", "reason", "span_full"))
                .isEqualTo(1);

        burrow.holds(P0, 1, 1, Duration.ZERO, BlockedReason.PAUSED_BY_USER);
        metrics.blocked(P0, BlockedReason.PAUSED_BY_USER);
        metrics.blocked(P0, BlockedReason.SPAN_FULL);
        metrics.blocked(P0, BlockedReason.PAUSED_BY_USER);
        pass(Duration.ofSeconds(1));
        assertThat(gauge("burrow.partition.blocked", "reason", "span_full")).isZero();
        assertThat(gauge("burrow.partition.blocked", "reason", "paused_by_user"))
                .isEqualTo(1);
        assertThat(reasons())
                .filteredOn(reason -> !reason.startsWith("held_by_"))
                .containsExactlyInAnyOrder("span_full", "paused_by_user");

        metrics.revoked(List.of(P0));
        metrics.blocked(P0, BlockedReason.HALTED);
        assertThat(registry.find("burrow.partition.blocked").gauges()).isEmpty();
    }

    @Test
    void heldByItsOldestRecord_shows_thoughNobodyIsToldOfIt() {
        start();
        metrics.assigned(List.of(P0, P1));
        burrow.holds(P0, 1, 1, Duration.ZERO, BlockedReason.HELD_BY_STUCK);
        burrow.holds(P1, 1, 1, Duration.ZERO, BlockedReason.HELD_BY_PARKED);

        assertThat(gauge("burrow.partition.blocked", "partition", "0", "reason", "held_by_stuck"))
                .isEqualTo(1);
        assertThat(gauge("burrow.partition.blocked", "partition", "1", "reason", "held_by_stuck"))
                .isZero();
        assertThat(gauge("burrow.partition.blocked", "partition", "1", "reason", "held_by_parked"))
                .isEqualTo(1);
    }

    private List<String> reasons() {
        return registry.find("burrow.partition.blocked").gauges().stream()
                .map(gauge -> gauge.getId().getTag("reason"))
                .toList();
    }

    @Test
    void record_isTimedByTopicAndOutcome() {
        start();
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 9_000_000, 3_000_000);
        metrics.recordFinished(P1, 1, RecordOutcome.PROCESSED, 2, 9_000_000, 4_000_000);
        metrics.recordFinished(P0, 2, RecordOutcome.PARKED, 4, 0, 5_000_000);

        Timer processed = registry.get("burrow.record.process")
                .tags("topic", "orders", "outcome", "processed")
                .timer();
        assertThat(processed.count()).isEqualTo(2);
        assertThat(processed.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(7);
        assertThat(registry.get("burrow.record.process")
                        .tags("outcome", "parked")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void queueWait_isThatOfRecordsThatEndedWithTheirFirstAttempt() {
        start();
        metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 9_000_000, 3_000_000);
        metrics.recordFinished(P1, 1, RecordOutcome.SKIPPED, 1, 1_000_000, 4_000_000);
        metrics.recordFinished(P0, 2, RecordOutcome.PROCESSED, 2, 800_000_000, 5_000_000);

        Timer waited =
                registry.get("burrow.record.queue.wait").tags("topic", "orders").timer();
        assertThat(waited.count()).isEqualTo(2);
        assertThat(waited.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
    }

    @Test
    void record_thatWasNeverAttempted_isNotTimed() {
        start();
        metrics.recordFinished(P0, 1, RecordOutcome.ABANDONED, 0, 0, 0);
        assertThat(registry.find("burrow.record.process").timers()).isEmpty();
    }

    @Test
    void attemptThatWasTimedWhenItsRecordWasParked_isNotTimedAgain() {
        start();
        metrics.recordFinished(P0, 1, RecordOutcome.PARKED, 1, 2_000_000, 3_000_000);
        metrics.recordFinished(P0, 1, RecordOutcome.DEAD_LETTERED, 1, 2_000_000, 0);
        metrics.recordFinished(P0, 2, RecordOutcome.PROCESSED, 1, 2_000_000, 0);

        assertThat(registry.find("burrow.record.process").timers())
                .extracting(timer -> timer.getId().getTag("outcome"))
                .containsExactlyInAnyOrder("parked", "processed");
        assertThat(registry.get("burrow.record.queue.wait").timer().count()).isEqualTo(2);
    }

    @Test
    void recordTimer_off_wantsNoRecords() {
        assertThat(metrics.wantsRecords()).isTrue();

        BurrowMetrics without = BurrowMetrics.builder().recordTimer(false).build();
        without.bindTo(registry);
        without.started(burrow);
        without.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 1, 1);

        assertThat(without.wantsRecords()).isFalse();
        assertThat(registry.find("burrow.record.process").timers()).isEmpty();
    }

    @Test
    void commit_countsAsTheWorstOfItsPartitions() {
        start();
        commit(metrics, CommitResult.committed(List.of(P0, P1)));
        commit(metrics, new CommitResult(Map.of(P0, CommitOutcome.COMMITTED), null));
        commit(metrics, new CommitResult(Map.of(P0, CommitOutcome.NOT_OWNED, P1, CommitOutcome.COMMITTED), null));
        commit(metrics, new CommitResult(Map.of(P0, CommitOutcome.REJECTED, P1, CommitOutcome.RETRY), null));
        commit(metrics, CommitResult.all(List.of(P0, P1), CommitOutcome.FATAL, new Exception()));

        for (CommitOutcome outcome : CommitOutcome.values()) {
            String tag = outcome.name().toLowerCase(Locale.ROOT);
            assertThat(counter("burrow.commit", "outcome", tag)).as(tag).isEqualTo(1);
            assertThat(registry.get("burrow.commit.duration")
                            .tags("outcome", tag)
                            .timer()
                            .count())
                    .as(tag)
                    .isEqualTo(1);
        }
    }
}
