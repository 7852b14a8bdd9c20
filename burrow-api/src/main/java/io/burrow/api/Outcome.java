package io.burrow.api;

import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** What became of one message of a batch: it succeeded, or it failed with a cause. */
public sealed interface Outcome {
    /**
     * The outcome of a message that was handled.
     *
     * @return always the same instance
     */
    static Outcome success() {
        return Success.INSTANCE;
    }

    /**
     * The outcome of a message that was not handled.
     *
     * @param cause why; it goes to the retry policy as if a handler had thrown it
     * @return the outcome
     */
    static Outcome failure(Throwable cause) {
        return new Failed(cause);
    }

    /**
     * The outcomes of a batch that succeeded as a whole.
     *
     * @param size the number of messages in the batch
     * @return as many successes
     */
    static List<Outcome> allSucceeded(int size) {
        return Collections.nCopies(size, success());
    }

    /** A message that was handled. */
    enum Success implements Outcome {
        /** The only instance. */
        INSTANCE
    }

    /**
     * A message that was not handled.
     *
     * @param cause why
     */
    record Failed(Throwable cause) implements Outcome {
        /**
         * Makes the outcome.
         *
         * @param cause why, not null
         */
        public Failed {
            Objects.requireNonNull(cause, "cause");
        }

        /** Returns the class of the cause, never its message, which may hold contents of the record. */
        @Override
        public String toString() {
            return "failed with " + cause.getClass().getName();
        }
    }
}
