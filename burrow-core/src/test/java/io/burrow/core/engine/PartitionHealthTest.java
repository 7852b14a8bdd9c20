package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.Ordering;
import io.burrow.api.PartitionHealth;
import io.burrow.api.ThresholdAction;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.ForwardingSource;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What health says of a partition: one reason, in words too. Each reason has its scene here. */
class PartitionHealthTest extends HealthRig {
    /** Brings a partition to where a reason is given, at the age of a second, and looks. */
    private interface Scene {
        PartitionHealth play();
    }

    private record Expected(Scene scene, PartitionHealth.State state, String detail) {}

    private Map<BlockedReason, Expected> scenes() {
        Map<BlockedReason, Expected> all = new EnumMap<>(BlockedReason.class);
        all.put(
                BlockedReason.NONE,
                new Expected(
                        this::moves,
                        PartitionHealth.State.MOVING,
                        "2 records in flight, the oldest at offset 1 for 1000 ms"));
        all.put(
                BlockedReason.HALTED,
                new Expected(this::halted, PartitionHealth.State.BLOCKED, "halted; held at offset 0 for 1000 ms"));
        all.put(
                BlockedReason.FROZEN,
                new Expected(this::frozen, PartitionHealth.State.BLOCKED, "frozen; held at offset 0 for 1000 ms"));
        all.put(
                BlockedReason.REVOKED,
                new Expected(this::revoked, PartitionHealth.State.STOPPED, "being taken away; 2 records left"));
        all.put(
                BlockedReason.DRAINING,
                new Expected(this::draining, PartitionHealth.State.STOPPED, "draining, 3 records left"));
        all.put(
                BlockedReason.BREAKER_OPEN,
                new Expected(
                        this::breakerOpen,
                        PartitionHealth.State.BLOCKED,
                        "the breaker is open: too many attempts failed; held at offset 0 for 1000 ms"));
        all.put(
                BlockedReason.PAUSED_BY_USER,
                new Expected(this::paused, PartitionHealth.State.STOPPED, "paused by the user"));
        all.put(
                BlockedReason.SPAN_FULL,
                new Expected(
                        this::spanFull,
                        PartitionHealth.State.BLOCKED,
                        "the span is full: held by offset 0 for 1000 ms"));
        all.put(
                BlockedReason.PARTITION_RECORDS_FULL,
                new Expected(
                        this::recordsOfThePartition,
                        PartitionHealth.State.BLOCKED,
                        "as many records held as one partition may, 3: the oldest at offset 0 for 1000 ms"));
        all.put(
                BlockedReason.PARTITION_BYTES_FULL,
                new Expected(
                        this::bytesOfThePartition,
                        PartitionHealth.State.BLOCKED,
                        "as many bytes held as one partition may, 300: the oldest at offset 0 for 1000 ms"));
        all.put(
                BlockedReason.RECORDS_FULL,
                new Expected(
                        this::recordsOfAll,
                        PartitionHealth.State.BLOCKED,
                        "as many records held in all as allowed; 3 of this partition"));
        all.put(
                BlockedReason.BYTES_FULL,
                new Expected(
                        this::bytesOfAll,
                        PartitionHealth.State.BLOCKED,
                        "as many bytes held in all as allowed; 300 of this partition"));
        all.put(
                BlockedReason.HELD_BY_STUCK,
                new Expected(
                        this::stuck,
                        PartitionHealth.State.BLOCKED,
                        "handled for too long: held by offset 0 for 1000 ms"));
        all.put(
                BlockedReason.HELD_BY_FORMER,
                new Expected(
                        this::former,
                        PartitionHealth.State.BLOCKED,
                        "waits behind handlers of a former assignment that still run: held by offset 0 for 1000 ms"));
        all.put(
                BlockedReason.HELD_BY_PARKED,
                new Expected(
                        this::parked,
                        PartitionHealth.State.BLOCKED,
                        "everything left is parked: held by offset 0 for 1000 ms"));
        all.put(
                BlockedReason.HELD_BY_RETRY,
                new Expected(
                        this::retrying,
                        PartitionHealth.State.BLOCKED,
                        "everything left waits for a retry, the next in 9000 ms: held by offset 0 for 1000 ms"));
        all.put(
                BlockedReason.WAITING_FOR_DATA,
                new Expected(this::waiting, PartitionHealth.State.IDLE, "waiting for data at offset 3"));
        all.put(
                BlockedReason.WAITING_UNTIL_DUE,
                new Expected(
                        this::notDue, PartitionHealth.State.IDLE, "what comes next, at offset 0, is due in 4000 ms"));
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void everyReason_isGivenAlone_withOffsetAndAge(BlockedReason reason) {
        Expected expected = scenes().get(reason);
        assertThat(expected).as("a scene for " + reason).isNotNull();
        PartitionHealth health = expected.scene.play();
        assertThat(health.reason()).isEqualTo(reason);
        assertThat(health.state()).isEqualTo(expected.state).isEqualTo(PartitionHealth.stateOf(reason));
        assertThat(health.detail()).isEqualTo(expected.detail);
    }

    private PartitionHealth notDue() {
        List<PartitionListener> engine = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void open(PartitionListener listener) {
                        engine.add(listener);
                        super.open(listener);
                    }
                })
                .handler(m -> {}));
        burrow.settle();
        engine.get(0).waiting(P0, clock.now().plusSeconds(5));
        burrow.advance(SECOND);
        assertThat(of(burrow).status()).isEqualTo(Health.Status.READY);
        return first(burrow);
    }

    private PartitionHealth moves() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle().advance(SECOND);
        complete(burrow, 0);
        return first(burrow);
    }

    private PartitionHealth halted() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.onExhausted(ExhaustedAction.HALT).retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle().advance(SECOND);
        stages.get(1L).completeExceptionally(new IllegalStateException("no"));
        burrow.turn();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.HALTING);
        return first(burrow);
    }

    private PartitionHealth frozen() {
        SteppedBurrow<String, String> burrow = start(async().config(c ->
                c.onErrorThreshold(ThresholdAction.FREEZE).errorThreshold(1).retryPolicy(RetryPolicy.never())));
        produce(3);
        burrow.settle().advance(SECOND);
        fail(burrow, 1);
        return first(burrow);
    }

    private PartitionHealth revoked() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle();
        PartitionHealth[] seen = new PartitionHealth[1];
        clock.schedule(Duration.ofMillis(1_500).toNanos(), () -> seen[0] = first(burrow));
        burrow.advance(SECOND);
        complete(burrow, 0);
        broker.faults().revoke(member(), P0);
        burrow.turn();
        return seen[0];
    }

    private PartitionHealth draining() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle().advance(SECOND);
        PartitionHealth[] seen = new PartitionHealth[1];
        clock.schedule(1_000_000, () -> seen[0] = first(burrow));
        try {
            assertThat(burrow.burrow().drain(Duration.ofMillis(5))).isFalse();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return seen[0];
    }

    private PartitionHealth breakerOpen() {
        SteppedBurrow<String, String> burrow = start(async().config(
                        c -> c.breakerFailurePercent(50).breakerRecords(2).breakerPause(Duration.ofSeconds(30))));
        produce(3);
        burrow.settle().advance(SECOND);
        fail(burrow, 0);
        fail(burrow, 1);
        return first(burrow);
    }

    private PartitionHealth paused() {
        SteppedBurrow<String, String> burrow = start(async());
        burrow.settle();
        burrow.burrow().pause(P0);
        burrow.settle();
        return first(burrow);
    }

    private PartitionHealth spanFull() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.maxSpanRecords(64)));
        produce(65);
        burrow.settle();
        for (long offset = 1; offset < 64; offset++) {
            stages.get(offset).complete(null);
        }
        burrow.settle().advance(SECOND);
        return first(burrow);
    }

    private PartitionHealth recordsOfThePartition() {
        return full(start(async().config(c -> c.maxPartitionInFlightRecords(3))));
    }

    private PartitionHealth bytesOfThePartition() {
        return full(start(async().sizer(record -> 100).config(c -> c.maxPartitionInFlightBytes(300))));
    }

    private PartitionHealth recordsOfAll() {
        return full(start(async().config(c -> c.concurrency(3).maxInFlightRecords(3))));
    }

    private PartitionHealth bytesOfAll() {
        return full(start(async().sizer(record -> 100).config(c -> c.maxInFlightBytes(300))));
    }

    private PartitionHealth full(SteppedBurrow<String, String> burrow) {
        produce(3);
        burrow.settle().advance(SECOND);
        return first(burrow);
    }

    private PartitionHealth stuck() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.stuckAfter(SECOND)));
        produce(2);
        burrow.settle();
        complete(burrow, 1);
        burrow.advance(SECOND);
        return first(burrow);
    }

    private PartitionHealth former() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.ordering(Ordering.PARTITION).drainTimeout(Duration.ZERO)));
        produce(2);
        burrow.settle();
        broker.faults().expire(member());
        burrow.settle().advance(SECOND);
        return first(burrow);
    }

    private PartitionHealth parked() {
        SteppedBurrow<String, String> burrow =
                start(failing(0).config(c -> c.ordering(Ordering.KEY).retryPolicy(RetryPolicy.never())));
        broker.produce("t", 0, "same", "value");
        broker.produce("t", 0, "same", "value");
        burrow.settle().advance(SECOND);
        return first(burrow);
    }

    private PartitionHealth retrying() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {
                    if (m.partition() == 0) {
                        throw new IllegalStateException("no");
                    }
                })
                .config(c ->
                        c.retryPolicy(RetryPolicy.forever()).backoff(BackoffStrategy.fixed(SECOND.multipliedBy(10)))));
        produce(2);
        burrow.settle().advance(SECOND);
        return first(burrow);
    }

    private PartitionHealth waiting() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(3);
        burrow.settle();
        return first(burrow);
    }

    // ---- one reason where several apply

    @Test
    void ofSeveralReasons_theFirstInTheirOrderIsGiven() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.stuckAfter(Duration.ofSeconds(20))
                .errorThreshold(4)
                .onErrorThreshold(ThresholdAction.FREEZE)
                .retryPolicy(failure ->
                        failure.cause() instanceof IllegalStateException ? RetryDecision.RETRY : RetryDecision.GIVE_UP)
                .backoff(BackoffStrategy.fixed(Duration.ofHours(1)))
                .breakerRecords(2)
                .breakerPause(Duration.ofHours(1))
                .drainTimeout(Duration.ofSeconds(30))));
        produce(4);
        burrow.settle();
        stages.get(0L).completeExceptionally(new IllegalArgumentException("parked"));
        stages.get(1L).completeExceptionally(new IllegalStateException("retried"));
        complete(burrow, 2, 3);
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.HELD_BY_RETRY);

        burrow.burrow()
                .reconfigure(
                        c -> c.maxPartitionInFlightRecords(2).concurrency(2).maxInFlightRecords(2));
        burrow.settle();
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
        burrow.burrow().reconfigure(c -> c.maxPartitionInFlightRecords(100));
        burrow.settle();
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.RECORDS_FULL);

        burrow.burrow().pause(P0);
        burrow.settle();
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.PAUSED_BY_USER);
        burrow.burrow().pause();
        burrow.settle();
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.PAUSED_BY_USER);

        burrow.burrow()
                .reconfigure(c -> c.concurrency(100).maxInFlightRecords(1_000).breakerFailurePercent(1));
        burrow.burrow().resume(P0);
        burrow.burrow().resume();
        produce(3);
        burrow.settle();
        stages.get(4L).completeExceptionally(new IllegalArgumentException("parked"));
        fail(burrow, 5);
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.BREAKER_OPEN);
        burrow.burrow().pause(P0);
        burrow.burrow().pause();
        burrow.settle();
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.BREAKER_OPEN);

        burrow.burrow().reconfigure(c -> c.errorThreshold(1));
        stages.get(6L).completeExceptionally(new IllegalArgumentException("parked"));
        burrow.settle();
        assertThat(first(burrow).reason()).isEqualTo(BlockedReason.FROZEN);
        assertThat(of(burrow).partitions()).hasSize(2).allMatch(each -> each.reason() == BlockedReason.FROZEN);
    }

    @Test
    void revoked_comesBeforeWhatHeldItBefore() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.maxPartitionInFlightRecords(1)));
        produce(2);
        burrow.settle();
        burrow.burrow().pause(P0);
        burrow.settle();
        Health[] seen = new Health[1];
        clock.schedule(1_000_000, () -> seen[0] = of(burrow));
        broker.faults().revoke(member(), P0);
        burrow.turn();
        assertThat(first(seen[0]).reason()).isEqualTo(BlockedReason.REVOKED);
    }
}
