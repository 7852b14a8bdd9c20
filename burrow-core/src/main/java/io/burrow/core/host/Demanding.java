package io.burrow.core.host;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import java.util.concurrent.CompletionStage;

/**
 * A handler with stages around it, which may put the start of what they wrap off and so ask for the {@link Demand}.
 * Others are called without one, which costs nothing.
 *
 * @param handler the handler
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public record Demanding<K, V>(AsyncMessageHandler<K, V> handler) implements AsyncMessageHandler<K, V> {
    @Override
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        return handler.handle(message);
    }
}
