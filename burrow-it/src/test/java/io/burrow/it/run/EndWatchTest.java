package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When all is done that can be. */
class EndWatchTest {
    private final EndWatch watch = new EndWatch();

    private static Stats stats(long processed, long active, long retrying, PartitionStats... partitions) {
        long inFlight =
                Arrays.stream(partitions).mapToLong(PartitionStats::inFlight).sum();
        long parked =
                Arrays.stream(partitions).mapToLong(PartitionStats::parked).sum();
        long queued = Math.max(0, inFlight - active - retrying - parked);
        return new Stats(
                processed,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                active,
                queued,
                inFlight,
                0,
                retrying,
                parked,
                100,
                Arrays.stream(partitions).collect(Collectors.toMap(PartitionStats::partition, each -> each)));
    }

    private static PartitionStats partition(
            int number, long position, long logEnd, long inFlight, long parked, BlockedReason blocked) {
        TopicPartition partition = new TopicPartition("orders", number);
        return new PartitionStats(partition, 0, 0, position, inFlight, 0, 0, parked, Duration.ZERO, blocked, logEnd);
    }

    private static PartitionStats read(int number) {
        return partition(number, 9, 9, 0, 0, BlockedReason.WAITING_FOR_DATA);
    }

    private void assertEnd(Stats stats) {
        assertThat(watch.reached(stats)).as("the first look").isFalse();
        assertThat(watch.reached(stats)).as("the second look").isTrue();
    }

    private void assertNoEnd(Stats stats) {
        assertThat(watch.reached(stats)).as("the first look").isFalse();
        assertThat(watch.reached(stats)).as("the second look").isFalse();
    }

    @Test
    void end_isReachedAtTheSecondLookWithNothingBetween() {
        assertThat(watch.reached(stats(9, 0, 0, read(0)))).isFalse();
        assertThat(watch.reached(stats(10, 0, 0, read(0)))).isFalse();
        assertThat(watch.reached(stats(10, 1, 0, read(0)))).isFalse();
        assertEnd(stats(10, 0, 0, read(0)));
    }

    @Test
    void end_isReached_withWhatIsParked_andWhatWaitsForItsKey() {
        assertEnd(stats(10, 0, 0, read(0), partition(1, 9, 9, 3, 1, BlockedReason.HELD_BY_PARKED)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SPAN_FULL", "PARTITION_RECORDS_FULL", "PARTITION_BYTES_FULL", "RECORDS_FULL", "BYTES_FULL"})
    void end_isReached_whereThereIsNoRoomBehindWhatIsParked(BlockedReason full) {
        assertEnd(stats(10, 0, 0, read(0), partition(1, 500, 9_000, 400, 1, full)));
    }

    @ParameterizedTest
    @EnumSource(names = {"SPAN_FULL", "PARTITION_RECORDS_FULL", "PARTITION_BYTES_FULL", "RECORDS_FULL", "BYTES_FULL"})
    void noRoom_isNoEnd_whereNothingIsParked(BlockedReason full) {
        assertNoEnd(stats(10, 0, 0, partition(1, 500, 9_000, 400, 0, full)));
    }

    @Test
    void end_isNotReached_whileSomethingRunsOrWillRun() {
        PartitionStats parked = partition(1, 9, 9, 3, 1, BlockedReason.HELD_BY_PARKED);

        assertNoEnd(stats(10, 1, 0, parked));
        assertNoEnd(stats(10, 0, 1, parked));
        assertNoEnd(stats(10, 0, 0, parked, partition(2, 9, 9, 1, 0, BlockedReason.NONE)));
        assertNoEnd(stats(10, 0, 0, parked, partition(2, 9, 9, 1, 0, BlockedReason.HELD_BY_FORMER)));
    }

    @Test
    void end_isNotReached_whileSomethingIsUnreadOrUnknown() {
        assertNoEnd(stats(10, 0, 0, partition(0, 9, 10, 0, 0, BlockedReason.WAITING_FOR_DATA)));
        assertNoEnd(stats(10, 0, 0, partition(0, 9, -1, 0, 0, BlockedReason.WAITING_FOR_DATA)));
        assertNoEnd(stats(10, 0, 0, partition(0, 9, 10, 3, 1, BlockedReason.HELD_BY_PARKED)));
        assertNoEnd(stats(10, 0, 0));
    }
}
