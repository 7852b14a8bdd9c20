package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.Health;
import io.burrow.api.Ordering;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.api.WaitingRecord;
import io.burrow.api.WaitingRecord.WaitsFor;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.metrics.prometheus.PageRow.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a partition needs somebody for. */
class PageRowTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 1);

    private static PageRow row(
            BlockedReason reason, @Nullable WaitsFor head, int retrying, List<String> problems, int seconds) {
        PartitionStats stats =
                new PartitionStats(PARTITION, 40, 40, 60, 20, 0, retrying, 0, Duration.ofSeconds(seconds), reason);
        List<WaitingRecord> waiting = head == null
                ? List.of()
                : List.of(new WaitingRecord(PARTITION, 40, head, 1, Duration.ZERO, Duration.ZERO, "E"));
        Health health = new Health(Health.Status.READY, BurrowState.RUNNING, true, true, List.of(), problems, null);
        return PageRow.of(stats, "", List.of(), waiting, health);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, , NONE",
        "NONE, RETRY, RETRYING",
        "NONE, DEAD_LETTER, RETRYING",
        "NONE, OPERATOR, PARKED",
        "PAUSED_BY_USER, , NONE",
        "PAUSED_BY_USER, OPERATOR, PARKED",
        "REVOKED, OPERATOR, NONE",
        "DRAINING, RETRY, NONE",
        "WAITING_FOR_DATA, , NONE",
        "WAITING_UNTIL_DUE, , NONE",
        "HALTED, , BLOCKED",
        "FROZEN, OPERATOR, BLOCKED",
        "BREAKER_OPEN, RETRY, BLOCKED",
        "SPAN_FULL, , BLOCKED",
        "RECORDS_FULL, , NONE",
        "PARTITION_BYTES_FULL, RETRY, RETRYING",
        "HELD_BY_STUCK, , STUCK",
        "HELD_BY_FORMER, , STUCK",
        "HELD_BY_PARKED, OPERATOR, PARKED",
        "HELD_BY_RETRY, RETRY, RETRYING",
        "HELD_BY_RETRY, OPERATOR, PARKED"
    })
    void trouble_isThatOfTheReason_orOfTheRecordThatHoldsTheCommitPoint(
            BlockedReason reason, @Nullable WaitsFor head, Trouble trouble) {
        assertThat(row(reason, head, head == null ? 0 : 1, List.of(), 1).trouble())
                .isEqualTo(trouble);
    }

    @ParameterizedTest
    @CsvSource({
        "10, , NONE",
        "11, , BLOCKED",
        "0, 'orders-1: RECORDS_FULL', BLOCKED",
        "0, 'orders-11: RECORDS_FULL', NONE"
    })
    void bound_isTrouble_ifMostOfWhatIsHeldWaits_orHealthSaysSo(
            int retrying, @Nullable String problem, Trouble trouble) {
        List<String> problems = problem == null ? List.of() : List.of(problem);
        assertThat(row(BlockedReason.RECORDS_FULL, null, retrying, problems, 1).trouble())
                .isEqualTo(trouble);
    }

    /** Health tells 16 problems at most: what is stuck in the seventeenth partition is no less stuck. */
    @Test
    void ofMorePartitionsInTroubleThanAreTold_eachIsInTrouble() {
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 20);
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("shop", List.of("orders")))
                        .config(c -> c.name("many")
                                .ordering(Ordering.UNORDERED)
                                .concurrency(500)
                                .maxPartitionInFlightRecords(4)
                                .stuckAfter(Duration.ofMinutes(1)))
                        .asyncHandler(message -> new CompletableFuture<Void>()),
                new TestClock(),
                1);
        for (int i = 0; i < 120; i++) {
            broker.produce("orders", i % 20, "key", "value");
        }
        burrow.settle().advance(Duration.ofMinutes(2)).advance(Duration.ofSeconds(1));
        Health health = burrow.burrow().health();
        Map<TopicPartition, PartitionStats> stats = burrow.burrow().stats().partitions();

        assertThat(health.problems()).hasSize(16);
        assertThat(health.partitions()).hasSize(20).allSatisfy(each -> {
            PartitionStats held = Objects.requireNonNull(stats.get(each.partition()));
            assertThat(held.blocked()).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
            assertThat(PageRow.of(held, each.detail(), List.of(), List.of(), health)
                            .trouble())
                    .isEqualTo(Trouble.BLOCKED);
        });
        burrow.close(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"HALTED, false", "FROZEN, false", "HELD_BY_STUCK, true", "NONE, false"})
    void whatEndedTheWholeBurrow_doesNotHoldUpOneOfItsPartitions(BlockedReason reason, boolean heldUp) {
        assertThat(row(reason, null, 0, List.of(), 1).isHeldUp()).isEqualTo(heldUp);
    }

    @Test
    void worst_comeFirst_thenThoseWithTheRecordThatFailed_thenTheOldest() {
        PageRow halted = row(BlockedReason.HALTED, WaitsFor.RETRY, 1, List.of(), 1);
        PageRow haltedByAnother = row(BlockedReason.HALTED, null, 0, List.of(), 99);
        PageRow stuck = row(BlockedReason.HELD_BY_STUCK, null, 0, List.of(), 1);
        PageRow parkedForLong = row(BlockedReason.NONE, WaitsFor.OPERATOR, 0, List.of(), 9);
        PageRow parked = row(BlockedReason.HELD_BY_PARKED, WaitsFor.OPERATOR, 0, List.of(), 1);
        PageRow retried = row(BlockedReason.HELD_BY_RETRY, WaitsFor.RETRY, 1, List.of(), 99);
        PageRow busy = row(BlockedReason.RECORDS_FULL, null, 0, List.of(), 99);
        PageRow well = row(BlockedReason.NONE, null, 0, List.of(), 1);

        assertThat(List.of(well, busy, retried, parked, parkedForLong, stuck, haltedByAnother, halted).stream()
                        .sorted(PageRow.WORST_FIRST))
                .containsExactly(halted, haltedByAnother, stuck, parkedForLong, parked, retried, busy, well);
    }
}
