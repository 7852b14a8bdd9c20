package io.burrow.api.spi;

import io.burrow.api.AsyncMessageHandler;
import java.util.List;

/**
 * Wraps a handler: for tracing, limits, filters and whatever else belongs around every attempt. One lambda: {@code next
 * -> message -> { before(); return next.handle(message); }}.
 *
 * <p>A stage that does not call {@code next} ends the attempt itself: with {@link AsyncMessageHandler#done()} as
 * handled, with an exception as failed. Work that belongs after the attempt goes onto the stage that {@code next}
 * returns, which is completed already where the handler is synchronous.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
@FunctionalInterface
public interface Stage<K, V> {
    /**
     * Wraps a handler. Called once, before anything is started. One that throws or returns null fails the build of the
     * Burrow.
     *
     * @param next the handler, or the next stage
     * @return a handler that is called by workers as the wrapped one would be
     */
    AsyncMessageHandler<K, V> wrap(AsyncMessageHandler<K, V> next);

    /**
     * Folds several stages into one.
     *
     * @param stages the stages, outermost first; none gives one that changes nothing
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the composed stage
     */
    static <K, V> Stage<K, V> composite(List<? extends Stage<K, V>> stages) {
        List<? extends Stage<K, V>> copy = List.copyOf(stages);
        return handler -> {
            AsyncMessageHandler<K, V> wrapped = handler;
            for (int i = copy.size() - 1; i >= 0; i--) {
                wrapped = copy.get(i).wrap(wrapped);
            }
            return wrapped;
        };
    }
}
