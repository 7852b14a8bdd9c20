package io.burrow.core;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.Stage;
import io.burrow.core.host.Demand;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Puts stages around a handler, and names the one that breaks its contract. */
final class Layers {
    private Layers() {}

    /**
     * Wraps.
     *
     * @param stages the stages, outermost first
     * @param handler the handler
     * @return the handler with all stages around it
     * @throws BurrowException if a stage wraps into null, or throws where it wraps
     */
    static <K, V> AsyncMessageHandler<K, V> around(List<Stage<K, V>> stages, AsyncMessageHandler<K, V> handler) {
        AsyncMessageHandler<K, V> wrapped = watched("handler", handler, unlessEnded(handler));
        for (int i = stages.size() - 1; i >= 0; i--) {
            Stage<K, V> stage = stages.get(i);
            wrapped = watched("stage", stage, wrap(stage, wrapped));
        }
        return wrapped;
    }

    /** A stage may take its time before it calls the handler, and the attempt may be given up meanwhile. */
    private static <K, V> AsyncMessageHandler<K, V> unlessEnded(AsyncMessageHandler<K, V> handler) {
        return message -> {
            Demand.current().check();
            return handler.handle(message);
        };
    }

    private static <K, V> AsyncMessageHandler<K, V> wrap(Stage<K, V> stage, AsyncMessageHandler<K, V> next) {
        String name = stage.getClass().getName();
        @Nullable AsyncMessageHandler<K, V> wrapped;
        try {
            wrapped = stage.wrap(next);
        } catch (BurrowException e) {
            throw e; // it says what is wrong by itself
        } catch (RuntimeException | Error e) {
            throw new BurrowException(
                    ErrorCode.HANDLER_CONTRACT,
                    "stage " + name + " threw " + e.getClass().getName() + " where it wraps",
                    e);
        }
        if (wrapped == null) {
            throw new BurrowException(ErrorCode.HANDLER_CONTRACT, "stage " + name + " wrapped the handler into null");
        }
        return wrapped;
    }

    /** Tells which of them it was that returned null: of several, the engine sees the outermost only. */
    private static <K, V> AsyncMessageHandler<K, V> watched(
            String what, Object culprit, AsyncMessageHandler<K, V> inner) {
        return message -> {
            @Nullable CompletionStage<?> stage = inner.handle(message);
            if (stage == null) {
                throw new BurrowException(
                        ErrorCode.HANDLER_CONTRACT,
                        what + " " + culprit.getClass().getName() + " returned null instead of a stage");
            }
            return stage;
        };
    }
}
