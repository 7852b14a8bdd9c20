package io.burrow.it.kafka;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.it.broker.Await;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A handler whose stages the test completes, each by the offset of its record. For one partition. */
final class HeldStages implements AsyncMessageHandler<String, String> {
    private final Map<Long, CompletableFuture<String>> stages = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<?> handle(Message<String, String> message) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.put(message.offset(), stage);
        return stage;
    }

    /** The offsets of the records whose handler was started. */
    Set<Long> started() {
        return Set.copyOf(stages.keySet());
    }

    void awaitStarted(int count) {
        Await.until(count + " handlers started", Scene.LIMIT, () -> stages.size() >= count);
    }

    void complete(long... offsets) {
        for (long offset : offsets) {
            Objects.requireNonNull(stages.get(offset), () -> "not started: " + offset)
                    .complete("done");
        }
    }

    void completeAll() {
        stages.values().forEach(stage -> stage.complete("done"));
    }
}
