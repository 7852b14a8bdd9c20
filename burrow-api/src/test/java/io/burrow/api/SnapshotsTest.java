package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotsTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private static PartitionStats partition(long inFlight, long finishedAboveGap) {
        return new PartitionStats(
                PARTITION, 10, 12, 40, inFlight, finishedAboveGap, 0, 0, Duration.ZERO, BlockedReason.NONE);
    }

    @Test
    void span_isWhatIsHeldAndWhatIsFinishedAboveTheGap() {
        assertThat(partition(5, 23).span()).isEqualTo(28);
        assertThat(partition(0, 0).span()).isZero();
    }

    @Test
    void lag_isToTheEnd_unfinishedLagIsWhatIsLeftToDo() {
        PartitionStats stats =
                new PartitionStats(PARTITION, 10, 12, 40, 5, 23, 0, 0, Duration.ZERO, BlockedReason.NONE, 100);
        assertThat(stats.lag()).isEqualTo(88);
        assertThat(stats.unfinishedLag()).isEqualTo(65);
    }

    @Test
    void lag_withoutAnEnd_isNotKnown() {
        assertThat(partition(5, 23).logEndOffset()).isEqualTo(-1);
        assertThat(partition(5, 23).lag()).isEqualTo(-1);
        assertThat(partition(5, 23).unfinishedLag()).isEqualTo(-1);
    }

    @Test
    void lag_ofAnEndThatIsBehindThePosition_isNotNegative() {
        PartitionStats stats =
                new PartitionStats(PARTITION, 10, 12, 40, 0, 0, 0, 0, Duration.ZERO, BlockedReason.NONE, 11);
        assertThat(stats.lag()).isZero();
        assertThat(stats.unfinishedLag()).isZero();
    }

    @Test
    void stats_copyTheirMap() {
        Map<TopicPartition, PartitionStats> partitions = new HashMap<>(Map.of(PARTITION, partition(1, 2)));
        Stats stats = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, partitions);

        partitions.clear();

        assertThat(stats.partitions()).containsOnlyKeys(PARTITION);
        assertThatThrownBy(() -> stats.partitions().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void health_copiesItsLists() {
        List<PartitionHealth> partitions = new ArrayList<>(
                List.of(new PartitionHealth(PARTITION, PartitionHealth.State.MOVING, BlockedReason.NONE, "moves")));
        List<String> problems = new ArrayList<>(List.of("a commit failed"));
        Health health = new Health(Health.Status.DEGRADED, BurrowState.RUNNING, true, true, partitions, problems, null);

        partitions.clear();
        problems.clear();

        assertThat(health.partitions()).hasSize(1);
        assertThat(health.problems()).containsExactly("a commit failed");
        assertThat(health.problemCount()).as("those that it was given").isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(BlockedReason.class)
    void partition_moves_exactlyIfNothingBlocksIt(BlockedReason reason) {
        assertThat(PartitionHealth.stateOf(reason) == PartitionHealth.State.MOVING)
                .isEqualTo(reason == BlockedReason.NONE);
    }

    @Test
    void closeResult_copiesItsList() {
        List<String> threads = new ArrayList<>(List.of("burrow-worker-1"));
        CloseResult result = new CloseResult(false, 3, threads);

        threads.clear();

        assertThat(result.threadsInUserCode()).containsExactly("burrow-worker-1");
    }

    @ParameterizedTest
    @EnumSource
    void state_isTerminalWhenNothingFollows(BurrowState state) {
        assertThat(state.isTerminal()).isEqualTo(state == BurrowState.FAILED || state == BurrowState.CLOSED);
    }

    @Test
    void control_nameIsThatOfItsConfig() {
        BurrowControl control =
                new StubControl(BurrowConfig.builder().name("orders").build());
        assertThat(control.name()).isEqualTo("orders");
    }
}
