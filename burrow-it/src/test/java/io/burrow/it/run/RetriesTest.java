package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server puts off uses up no retries, and the backoff begins at the first attempt that failed. */
class RetriesTest {
    private final PutOffs putOffs = new PutOffs();
    private final Message<byte[], byte[]> record = Record.of("k", "v");

    private void putOff(int attempt) {
        Exception later = new RetryAfterException(Duration.ofSeconds(1));
        assertThat(putOffs.note(record.withAttempt(attempt), later)).isSameAs(later);
    }

    private int putOffBefore(int attempt) {
        Exception failed = putOffs.note(record.withAttempt(attempt), new AttemptFailedException("HTTP status 500"));
        assertThat(failed).isInstanceOf(AttemptFailedException.class).hasMessage("HTTP status 500");
        return failed instanceof AttemptFailedException of ? of.putOff() : -1;
    }

    private static Failure failure(int attempt, Throwable cause) {
        return new Failure(new TopicPartition("orders", 3), 17, attempt, cause, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void putOffs_areCountedForTheDelivery() {
        putOff(1);
        putOff(2);
        assertThat(putOffBefore(3)).isEqualTo(2);
        putOff(4);
        assertThat(putOffBefore(5)).isEqualTo(3);

        assertThat(putOffBefore(1)).as("in a new delivery").isZero();
        assertThat(putOffBefore(2)).isZero();
    }

    @Test
    void putOffs_ofAFormerDelivery_areForgotten() {
        putOff(1);
        putOff(2);

        putOff(1);
        assertThat(putOffBefore(2)).isEqualTo(1);
    }

    @Test
    void done_isForgotten() {
        putOff(1);

        assertThat(putOffs.note(record.withAttempt(2), null)).isNull();

        assertThat(putOffBefore(3)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1,0,RETRY", "2,0,RETRY", "3,0,GIVE_UP", "4,2,RETRY", "5,2,GIVE_UP", "5,4,RETRY"})
    void policy_countsWhatWasNotPutOff(int attempt, int putOff, RetryDecision decision) {
        RetryPolicy policy = Retries.policy(2);

        assertThat(policy.decide(failure(attempt, new AttemptFailedException("x").after(putOff))))
                .isEqualTo(decision);
    }

    @Test
    void cannotWork_haltsAtOnce() {
        assertThat(Retries.policy(2).decide(failure(1, new CannotWorkException("x"))))
                .isEqualTo(RetryDecision.HALT);
    }

    @Test
    void backoff_doublesWithWhatWasNotPutOff() {
        BackoffStrategy backoff = Retries.backoff(Duration.ofSeconds(1));

        for (int seed = 0; seed < 20; seed++) {
            RandomGenerator random = new Random(seed);
            RandomGenerator same = new Random(seed);
            assertThat(backoff.delay(failure(9, new AttemptFailedException("x").after(8)), random))
                    .as("seed %s", seed)
                    .isEqualTo(backoff.delay(failure(1, new AttemptFailedException("x")), same))
                    .isLessThanOrEqualTo(Duration.ofSeconds(1));
        }
    }
}
