package io.burrow.core.misuse;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A stage that calls back when and as often as a test says, returns null where it must not, and has no future. */
class OddStage extends CompletableFuture<Object> {
    final List<BiConsumer<? super Object, ? super Throwable>> callbacks = new CopyOnWriteArrayList<>();

    @Override
    @SuppressWarnings("NullAway")
    public CompletableFuture<Object> whenComplete(BiConsumer<? super Object, ? super Throwable> action) {
        callbacks.add(action);
        return null;
    }

    @Override
    public CompletableFuture<Object> toCompletableFuture() {
        throw new UnsupportedOperationException("no future");
    }

    @SuppressWarnings("NullAway")
    void callBack(@Nullable Throwable error) {
        callbacks.forEach(each -> each.accept(null, error));
    }
}
