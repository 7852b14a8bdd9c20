package io.burrow.core.engine;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.Sizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user brings. Exactly one of the two handlers is set.
 *
 * @param source where records come from
 * @param committer where commit points go, or null for the source's own
 * @param handler the handler, stages around it
 * @param batchHandler the batch handler
 * @param async whether the handler may return stages that are not completed
 * @param deadLetters the sink, or null
 * @param sizer who says how large records are, or null for the source
 * @param listeners who watches
 * @param handlerName the class of the user's own handler, innermost of what is around it; null without a handler
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public record Extensions<K, V>(
        MessageSource<K, V> source,
        @Nullable OffsetCommitter committer,
        @Nullable AsyncMessageHandler<K, V> handler,
        @Nullable BatchMessageHandler<K, V> batchHandler,
        boolean async,
        @Nullable DeadLetterSink<K, V> deadLetters,
        @Nullable Sizer<K, V> sizer,
        List<BurrowListener> listeners,
        @Nullable String handlerName) {
    /**
     * Puts them together, for a handler that nothing is known of but its own class.
     *
     * @param source where records come from
     * @param committer where commit points go, or null for the source's own
     * @param handler the handler
     * @param batchHandler the batch handler
     * @param async whether the handler may return stages that are not completed
     * @param deadLetters the sink, or null
     * @param sizer who says how large records are, or null for the source
     * @param listeners who watches
     */
    public Extensions(
            MessageSource<K, V> source,
            @Nullable OffsetCommitter committer,
            @Nullable AsyncMessageHandler<K, V> handler,
            @Nullable BatchMessageHandler<K, V> batchHandler,
            boolean async,
            @Nullable DeadLetterSink<K, V> deadLetters,
            @Nullable Sizer<K, V> sizer,
            List<BurrowListener> listeners) {
        this(
                source,
                committer,
                handler,
                batchHandler,
                async,
                deadLetters,
                sizer,
                listeners,
                name(handler == null ? batchHandler : handler));
    }

    private static @Nullable String name(@Nullable Object part) {
        return part == null ? null : part.getClass().getName();
    }

    /** The class of the sink, or null. */
    @Nullable
    String sinkName() {
        return name(deadLetters);
    }
}
