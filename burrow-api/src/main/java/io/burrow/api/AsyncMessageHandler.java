package io.burrow.api;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The user's work on one message, done when the returned stage completes. The form that
 * {@linkplain io.burrow.api.spi.Stage stages} wrap: a synchronous handler is one that returns {@link #done()}.
 *
 * <p>Called by worker threads, as {@link MessageHandler} is; it should return soon. What is not completed counts as
 * running: towards the concurrency, for ordering (the next record of the key waits), and on draining. The stage may be
 * completed by any thread, and only its first completion counts.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
@FunctionalInterface
public interface AsyncMessageHandler<K, V> {
    /**
     * Starts the work on one message.
     *
     * @param message the message, never null
     * @return a stage that completes normally when the work is done (with any value) and exceptionally when it failed;
     *     returning null is a failure of the attempt
     * @throws Exception if the attempt failed at once; the same as a stage that failed
     */
    CompletionStage<?> handle(Message<K, V> message) throws Exception;

    /**
     * The stage to return when the work is done already. The engine knows this instance and takes no detour over a
     * callback.
     *
     * @return a completed stage, always the same
     */
    static CompletionStage<?> done() {
        return Done.STAGE;
    }

    /**
     * Turns a synchronous handler into this form.
     *
     * @param handler the handler
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a handler that calls the given one and returns {@link #done()}
     */
    static <K, V> AsyncMessageHandler<K, V> of(MessageHandler<? super K, ? super V> handler) {
        Objects.requireNonNull(handler, "handler");
        @SuppressWarnings("unchecked") // a message is only read
        MessageHandler<K, V> narrowed = (MessageHandler<K, V>) handler;
        return message -> {
            narrowed.handle(message);
            return Done.STAGE;
        };
    }

    /** Holds the one completed stage. */
    final class Done {
        private static final CompletionStage<?> STAGE = CompletableFuture.completedStage(null);

        private Done() {}
    }
}
