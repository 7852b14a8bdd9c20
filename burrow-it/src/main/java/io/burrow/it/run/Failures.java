package io.burrow.it.run;

import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tells why records are exhausted, a line a second at most, and when everything has stopped. Any thread. */
final class Failures implements BurrowListener {
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Display display;
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    private volatile @Nullable String last;

    Failures(Display display) {
        this.display = display;
    }

    /** Completed when Burrow has stopped because of a failure. */
    CompletableFuture<Void> failed() {
        return failed;
    }

    /** Why a record was exhausted last; null if none was. */
    @Nullable
    String last() {
        return last;
    }

    @Override
    public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
        if (decision == RetryDecision.RETRY) {
            return;
        }
        String reason = failure.partition() + "@" + failure.offset() + ": " + reason(failure.cause());
        last = reason;
        long now = System.nanoTime();
        long next = nextNanos.get();
        if (decision != RetryDecision.HALT && now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
            display.say("exhausted after attempt " + failure.attempt() + ": " + reason);
        }
    }

    /** The messages of our own exceptions hold nothing of a record. */
    private static String reason(Throwable cause) {
        boolean own = cause instanceof AttemptFailedException
                || cause instanceof RecordRefusedException
                || cause instanceof CannotWorkException;
        return own ? String.valueOf(cause.getMessage()) : cause.getClass().getName();
    }

    @Override
    public void stateChanged(BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {
        if (to == BurrowState.FAILED) {
            failed.complete(null);
        }
    }
}
