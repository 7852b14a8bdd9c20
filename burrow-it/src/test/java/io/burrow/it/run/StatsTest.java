package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of figures. */
class StatsTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    private static Stats stats(
            long processed, long inFlight, long parked, Map<TopicPartition, PartitionStats> partitions) {
        return new Stats(processed, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, inFlight, 0, 0, parked, 100, partitions);
    }

    private static Map<TopicPartition, PartitionStats> partition(long commitPoint, long position, long logEnd) {
        return Map.of(
                PARTITION,
                new PartitionStats(
                        PARTITION,
                        commitPoint,
                        commitPoint,
                        position,
                        0,
                        0,
                        0,
                        0,
                        Duration.ZERO,
                        BlockedReason.NONE,
                        logEnd));
    }

    @Test
    void line_tellsWhatIsHeldAndTheLag() {
        assertThat(ProgressText.line(stats(1_000, 10, 1, partition(40, 50, 90)), 12.6))
                .isEqualTo("done 1000 (13/s), running 3, waiting 6, lag 50, parked 1, dead letters 2");
    }

    @Test
    void line_endOfTheLogUnknown_saysSo() {
        assertThat(ProgressText.line(stats(0, 0, 0, partition(0, 0, -1)), 0)).contains("lag unknown");
        assertThat(ProgressText.line(stats(0, 0, 0, Map.of()), 0)).contains("lag unknown");
    }

    @Test
    void summary_tellsWhatComesAgain() {
        assertThat(ProgressText.summary(stats(7, 0, 0, Map.of()), 0)).isEqualTo("7 done, dead letters 2");
        assertThat(ProgressText.summary(stats(7, 0, 1, Map.of()), 3))
                .isEqualTo("7 done, dead letters 2, parked 1, 3 fetched but not done: they come again");
    }
}
