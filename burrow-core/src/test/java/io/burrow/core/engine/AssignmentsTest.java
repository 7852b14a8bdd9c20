package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowConfig;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentsTest {
    /** The clock of a Java may begin anywhere, also far below zero, and pass its end. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, Long.MIN_VALUE, Long.MIN_VALUE / 2, Long.MAX_VALUE - 1_000})
    void idleLanes_goInTime_whereverTheClockBegan(long begin) {
        Assignments assignments = new Assignments();
        BurrowConfig config = BurrowConfig.builder().ordering(Ordering.KEY).build();
        Assignment assignment =
                assignments.add(new AssignedPartition(new TopicPartition("t", 0), 0, null), config, () -> {}, begin);
        for (int key = 0; key < 1_000; key++) {
            Objects.requireNonNull(assignment.lanes).lane(key);
        }
        long now = begin;
        for (int i = 0; i < 30 && assignments.laneCount() > 0; i++) {
            now += Duration.ofMillis(100).toNanos();
            assignments.sweepLanes(now, key -> {});
        }
        assertThat(assignments.laneCount()).isZero();
    }
}
