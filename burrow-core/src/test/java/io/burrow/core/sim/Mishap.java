package io.burrow.core.sim;

import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** What handlers throw. */
final class Mishap {
    private Mishap() {}

    /** Asks the retry policy to skip the record. */
    static final class Skip extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Fails whoever looks at it. */
    static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("a message");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("a cause");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("a text");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    static Throwable draw(Random random, Weather.Failing failing) {
        return switch (random.nextInt(24)) {
            case 0, 1 ->
                new RetryAfterException(
                        failing.longDelays() && random.nextInt(2) == 0
                                ? Duration.ofMinutes(10)
                                : Duration.ofMillis(random.nextInt(50)));
            case 2, 3, 4 -> new TerminalException("terminal");
            case 5, 6 -> new Skip();
            case 7 -> new AssertionError("an assertion");
            case 8 -> new IOException("checked");
            case 9 -> {
                Thread.currentThread().interrupt();
                yield new InterruptedException("interrupted");
            }
            case 10 -> new StackOverflowError("deep");
            case 11 -> new NoClassDefFoundError("a class");
            case 12 -> random.nextInt(4) == 0 ? new Hostile() : new IllegalStateException("failed");
            case 13 ->
                failing.fatal() && random.nextInt(4) == 0
                        ? new OutOfMemoryError("memory")
                        : new IllegalStateException("failed");
            default -> new IllegalStateException("failed");
        };
    }

    static boolean isFatal(Throwable thrown) {
        return thrown instanceof OutOfMemoryError;
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
