package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuotaTest {
    private final Quota quota = new Quota();

    @Test
    void onePartition_mayTakeAll() {
        quota.begin(100, 25, 1, 50);
        long owed = quota.add(0, 0);
        assertThat(owed).isZero();
        assertThat(quota.room(owed)).isEqualTo(100);
    }

    @Test
    void ofTwo_oneLeavesTheOthersShare() {
        quota.begin(100, 20, 2, 50);
        long busy = quota.add(0, 0);
        long idle = quota.add(0, 0);
        assertThat(quota.room(busy)).isEqualTo(90);
        busy = quota.take(90, busy);
        assertThat(quota.isFull(busy, false, 0)).isTrue();
        assertThat(quota.isFull(idle, false, 0)).isFalse();
        assertThat(quota.room(idle)).isEqualTo(10);
        idle = quota.take(10, idle);
        assertThat(quota.room(idle)).isZero();
        assertThat(quota.isFull(idle, false, 0)).isTrue();
    }

    @Test
    void whatIsFull_goesOnBelowTheLowMarkOfItsPart_orOfItsShare() {
        quota.begin(100, 20, 2, 50);
        long busy = quota.add(45, 0);
        long idle = quota.add(0, 0);
        assertThat(quota.isFull(busy, true, 0)).isTrue();
        assertThat(quota.untilLow(busy)).isEqualTo(1);
        quota.begin(100, 20, 2, 50);
        busy = quota.add(44, 0);
        idle = quota.add(0, 0);
        assertThat(quota.isFull(busy, true, 0)).isFalse();

        quota.begin(100, 20, 2, 50);
        busy = quota.add(90, 0);
        idle = quota.add(5, 0);
        assertThat(quota.isFull(idle, true, 0)).isTrue();
        assertThat(quota.isFull(idle, false, 0)).isFalse();
        quota.begin(100, 20, 2, 50);
        busy = quota.add(90, 0);
        idle = quota.add(4, 0);
        assertThat(quota.isFull(idle, true, 0)).isFalse();
        assertThat(quota.isFull(busy, true, 0)).isTrue();
    }

    @Test
    void whatWaits_doesNotCountForTheLowMark() {
        quota.begin(100, 0, 1, 50);
        long owed = quota.add(85, 70);
        assertThat(quota.isFull(owed, true, 70)).isTrue();
        assertThat(quota.untilLow(owed)).isEqualTo(1);
        quota.begin(100, 0, 1, 50);
        owed = quota.add(84, 70);
        assertThat(quota.isFull(owed, true, 70)).isFalse();
        quota.begin(100, 0, 1, 50);
        owed = quota.add(100, 100);
        assertThat(quota.isFull(owed, true, 100)).isTrue();
        quota.begin(100, 0, 1, 50);
        quota.addFormer(80);
        owed = quota.add(9, 0);
        assertThat(quota.isFull(owed, true, 0)).isFalse();
    }

    @Test
    void overTheBound_nobodyHasRoom() {
        quota.begin(100, 20, 2, 50);
        quota.addFormer(60);
        long one = quota.add(50, 0);
        long other = quota.add(0, 0);
        assertThat(quota.room(one)).isNegative();
        assertThat(quota.room(other)).isNegative();
        assertThat(quota.isFull(other, false, 0)).isTrue();
        assertThat(quota.isFull(other, true, 0)).isTrue();
    }

    @Test
    void aBoundOfOne_isUsed() {
        quota.begin(1, 0, 2, 50);
        long owed = quota.add(0, 0);
        quota.add(0, 0);
        assertThat(quota.room(owed)).isEqualTo(1);
        assertThat(quota.isFull(owed, true, 0)).isFalse();
        owed = quota.take(1, owed);
        assertThat(quota.isFull(owed, false, 0)).isTrue();
    }

    @Test
    void theLargestBound_doesNotOverflow() {
        quota.begin(Long.MAX_VALUE, Long.MAX_VALUE / 4, 3, 99);
        long owed = quota.add(Long.MAX_VALUE / 2, 0);
        quota.add(0, 0);
        quota.add(0, 0);
        assertThat(quota.room(owed)).isPositive();
        assertThat(quota.isFull(owed, true, 0)).isFalse();
    }

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverIsTaken_theBoundHolds_andWhoHoldsLittleHasRoom(long seed) {
        Random random = new Random(seed);
        int partitions = 1 + random.nextInt(8);
        long bound = 1 + random.nextInt(200);
        long kept = random.nextInt((int) bound);
        long[] holds = new long[partitions];
        long[] owed = new long[partitions];
        for (int round = 0; round < 100; round++) {
            quota.begin(bound, kept, partitions, 1 + random.nextInt(99));
            for (int i = 0; i < partitions; i++) {
                holds[i] -= random.nextInt((int) holds[i] + 1);
                owed[i] = quota.add(holds[i], 0);
            }
            for (int n = random.nextInt(10); n > 0; n--) {
                int who = random.nextInt(partitions);
                long room = quota.room(owed[who]);
                if (room > 0) {
                    long amount = random.nextBoolean() ? room : 1;
                    owed[who] = quota.take(amount, owed[who]);
                    holds[who] += amount;
                }
            }
            assertThat(LongStream.of(holds).sum()).isEqualTo(quota.held()).isLessThanOrEqualTo(bound);
            for (int i = 0; i < partitions; i++) {
                long share = partitions == 1 ? 0 : kept / partitions;
                assertThat(quota.room(owed[i])).isGreaterThanOrEqualTo(share - holds[i]);
            }
        }
    }
}
