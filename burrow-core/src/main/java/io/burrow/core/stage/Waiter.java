package io.burrow.core.stage;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.core.host.Demand;
import io.burrow.core.host.StageHost;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * An attempt whose handler is not started yet. No thread waits for it: the stage it gave out is completed when the
 * handler, started later on a thread of its own, is done. Who made it ends it by one call, of {@link #start} or
 * {@link #skip}.
 */
final class Waiter<K, V> {
    private final Message<K, V> message;
    private final Demand demand = Demand.current();
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();

    /** Made on the thread that brings the attempt. */
    Waiter(Message<K, V> message) {
        this.message = message;
    }

    /** What the attempt comes to. */
    CompletableFuture<?> outcome() {
        return outcome;
    }

    Message<K, V> message() {
        return message;
    }

    boolean isWanted() {
        return demand.isWanted();
    }

    /**
     * Starts the handler, or fails if nobody waits for it any more.
     *
     * @return false if no thread can be had for it: then it failed too
     */
    boolean start(StageHost host, AsyncMessageHandler<K, V> handler) {
        try {
            host.execute(() -> run(handler));
            return true;
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(e);
            return false;
        }
    }

    /** There is nothing to do for it. */
    void skip() {
        outcome.complete(null);
    }

    private void run(AsyncMessageHandler<K, V> handler) {
        try {
            CompletionStage<?> stage = demand.resume(() -> handler.handle(message));
            if (stage == AsyncMessageHandler.done()) {
                outcome.complete(null);
                return;
            }
            if (stage == null) {
                throw new BurrowException(ErrorCode.HANDLER_CONTRACT, "the handler returned null instead of a stage");
            }
            stage.whenComplete((value, error) -> {
                if (error == null) {
                    outcome.complete(null);
                } else {
                    outcome.completeExceptionally(error);
                }
            });
        } catch (Throwable e) {
            outcome.completeExceptionally(e);
        }
    }
}
