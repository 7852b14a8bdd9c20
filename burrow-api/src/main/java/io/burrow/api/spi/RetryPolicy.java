package io.burrow.api.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Says whether a failed record is tried again, or is exhausted, and then what becomes of it. How long it waits is the
 * {@link BackoffStrategy}'s.
 *
 * <p>Pure: the answer follows from the argument alone. Called on worker threads and on threads that complete stages, by
 * several at once. Not asked when the handler threw a {@link io.burrow.api.RetryAfterException} or a
 * {@link io.burrow.api.TerminalException}. A policy that throws or returns null counts as
 * {@link RetryDecision#GIVE_UP}, and is reported.
 */
@FunctionalInterface
public interface RetryPolicy {
    /**
     * Decides.
     *
     * @param failure the attempt that failed
     * @return what comes next
     */
    RetryDecision decide(Failure failure);

    /**
     * Tries again a number of times.
     *
     * @param retries how many attempts follow the first, not negative
     * @return the policy
     */
    static RetryPolicy retries(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException("retries must not be negative: " + retries);
        }
        return failure -> failure.attempt() <= retries ? RetryDecision.RETRY : RetryDecision.GIVE_UP;
    }

    /**
     * Never tries again.
     *
     * @return the policy
     */
    static RetryPolicy never() {
        return retries(0);
    }

    /**
     * Tries again for ever. One record that always fails holds its partition's commit point for ever.
     *
     * @return the policy
     */
    static RetryPolicy forever() {
        return failure -> RetryDecision.RETRY;
    }

    /**
     * Tries again until a time has passed since the first attempt began.
     *
     * @param limit the time, not negative
     * @return the policy
     */
    static RetryPolicy within(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative()) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
        return failure -> failure.elapsed().compareTo(limit) < 0 ? RetryDecision.RETRY : RetryDecision.GIVE_UP;
    }

    /**
     * Tries again only while this policy and another one say so.
     *
     * @param other the other policy
     * @return a policy that answers as this one unless that is to retry, and then as the other
     */
    default RetryPolicy and(RetryPolicy other) {
        Objects.requireNonNull(other, "other");
        return failure -> {
            RetryDecision decision = decide(failure);
            return decision == RetryDecision.RETRY ? other.decide(failure) : decision;
        };
    }

    /**
     * Answers in a fixed way for some failures, and as this policy for the rest.
     *
     * @param causes which failures, by their cause
     * @param decision the answer for these
     * @return the policy
     */
    default RetryPolicy on(Predicate<? super Throwable> causes, RetryDecision decision) {
        Objects.requireNonNull(causes, "causes");
        Objects.requireNonNull(decision, "decision");
        return failure -> causes.test(failure.cause()) ? decision : decide(failure);
    }

    /**
     * Answers in a fixed way for failures of a class and its subclasses, and as this policy for the rest.
     *
     * @param cause the class of the cause
     * @param decision the answer for these
     * @return the policy
     */
    default RetryPolicy on(Class<? extends Throwable> cause, RetryDecision decision) {
        Objects.requireNonNull(cause, "cause");
        return on(cause::isInstance, decision);
    }
}
