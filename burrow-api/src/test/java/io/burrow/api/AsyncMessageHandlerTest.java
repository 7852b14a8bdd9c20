package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncMessageHandlerTest {
    private record Plain(String topic, int partition, long offset, String key, Integer value)
            implements Message<String, Integer> {}

    private final Message<String, Integer> message = new Plain("orders", 0, 1, "k", 7);

    @Test
    void done_isOneInstanceAndCompleted() {
        assertThat((Object) AsyncMessageHandler.done()).isSameAs(AsyncMessageHandler.done());
        assertThat(AsyncMessageHandler.done().toCompletableFuture()).isCompleted();
    }

    @Test
    void done_cannotBeSpoiledByWhoeverGetsIt() {
        AsyncMessageHandler.done().toCompletableFuture().obtrudeException(new IOException());

        assertThat(AsyncMessageHandler.done().toCompletableFuture()).isCompletedWithValue(null);
    }

    @Test
    void of_callsTheHandlerAndIsDone() throws Exception {
        List<Message<?, ?>> seen = new ArrayList<>();
        MessageHandler<Object, Number> wider = seen::add;
        AsyncMessageHandler<String, Integer> handler = AsyncMessageHandler.of(wider);

        assertThat((Object) handler.handle(message)).isSameAs(AsyncMessageHandler.done());
        assertThat(seen).containsExactly(message);
    }

    @Test
    void of_letsThroughWhatIsThrown() {
        IOException failure = new IOException();
        AsyncMessageHandler<String, Integer> handler = AsyncMessageHandler.of(m -> {
            throw failure;
        });

        assertThatThrownBy(() -> handler.handle(message)).isSameAs(failure);
    }

    @Test
    void of_null_isRefused() {
        assertThatThrownBy(() -> AsyncMessageHandler.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("handler");
    }
}
