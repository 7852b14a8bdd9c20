package io.burrow.it.run;

import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import java.time.Duration;

/** Whether and when a record is tried again. An attempt that a server put off is no retry. Pure. */
final class Retries {
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

    private Retries() {}

    static RetryPolicy policy(int retries) {
        RetryPolicy limit = RetryPolicy.retries(retries);
        RetryPolicy policy = failure -> limit.decide(counted(failure));
        return policy.on(CannotWorkException.class, RetryDecision.HALT);
    }

    static BackoffStrategy backoff(Duration first) {
        BackoffStrategy backoff =
                BackoffStrategy.fullJitter(first, first.compareTo(LONGEST_BACKOFF) > 0 ? first : LONGEST_BACKOFF);
        return (failure, random) -> backoff.delay(counted(failure), random);
    }

    /** The failure, its attempt counted without those before it that were put off. */
    private static Failure counted(Failure failure) {
        int putOff = failure.cause() instanceof AttemptFailedException failed ? failed.putOff() : 0;
        return putOff == 0
                ? failure
                : new Failure(
                        failure.partition(),
                        failure.offset(),
                        Math.max(1, failure.attempt() - putOff),
                        failure.cause(),
                        failure.elapsed(),
                        failure.previousDelay());
    }
}
