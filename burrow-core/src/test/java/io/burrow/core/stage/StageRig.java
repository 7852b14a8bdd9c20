package io.burrow.core.stage;

import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.RecordOutcome;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.Stage;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.Endings;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A Burrow with stages that a test steps, and what came of its records: the handler was called for those that are
 * {@code started}, in that order, a retry once more.
 */
abstract class StageRig extends EngineRig {
    /** When a handler was called, in milliseconds. */
    final List<Long> startedMillis = new ArrayList<>();

    final Map<Long, CompletableFuture<Object>> running = new TreeMap<>();
    final Map<Long, RecordOutcome> outcomes = new TreeMap<>();
    final List<Failure> failures = new ArrayList<>();

    @SafeVarargs
    final BurrowBuilder<String, String> stages(Stage<String, String>... stages) {
        BurrowBuilder<String, String> builder = base().config(c -> c.ordering(Ordering.KEY)
                        .errorThreshold(0)
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))))
                .listener(new Endings((partition, offset, outcome) -> outcomes.put(offset, outcome)))
                .listener(new BurrowListener() {
                    @Override
                    public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
                        failures.add(failure);
                    }
                });
        for (Stage<String, String> stage : stages) {
            builder.stage(stage);
        }
        return builder;
    }

    SteppedBurrow<String, String> start(BurrowBuilder<String, String> builder, MessageHandler<String, String> handler) {
        return start(builder.handler(message -> {
            note(message);
            handler.handle(message);
        }));
    }

    /** With a handler whose stages the test completes. */
    SteppedBurrow<String, String> startAsync(BurrowBuilder<String, String> builder) {
        return start(builder.asyncHandler(message -> {
            note(message);
            CompletableFuture<Object> stage = new CompletableFuture<>();
            running.put(message.offset(), stage);
            return stage;
        }));
    }

    private void note(Message<String, String> message) {
        started.add(message.offset());
        startedMillis.add(clock.nanos() / 1_000_000);
    }

    void produce(String... values) {
        for (String value : values) {
            broker.produce("t", 0, "key-" + broker.endOffset("t", 0), value);
        }
    }

    @Override
    protected void produce(int count) {
        for (int i = 0; i < count; i++) {
            produce("value-" + i);
        }
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
