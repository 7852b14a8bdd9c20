package io.burrow.core.engine;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A broker, a clock, and Burrows over them that a test steps. */
abstract class EngineRig {
    static final TopicPartition P0 = new TopicPartition("t", 0);

    final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);
    final TestClock clock = new TestClock();
    final Map<Long, CompletableFuture<Void>> stages = new HashMap<>();
    final List<Long> started = new ArrayList<>();

    interface Body {
        void run(Message<String, String> message) throws Exception;
    }

    BurrowBuilder<String, String> base() {
        return Burrow.<String, String>builder()
                .source(broker.source("g", List.of("t")))
                .config(c -> c.ordering(Ordering.UNORDERED));
    }

    BurrowBuilder<String, String> handler(Body body) {
        return base().handler(body::run);
    }

    BurrowBuilder<String, String> failing(long offset) {
        return handler(m -> {
            if (m.offset() == offset) {
                throw new IllegalStateException("no");
            }
        });
    }

    BurrowBuilder<String, String> async() {
        return base().asyncHandler(m -> {
            started.add(m.offset());
            CompletableFuture<Void> stage = new CompletableFuture<>();
            stages.put(m.partition() * 1_000L + m.offset(), stage);
            return stage;
        });
    }

    SteppedBurrow<String, String> start(BurrowBuilder<String, String> builder) {
        return SteppedBurrow.start(builder, clock, 1);
    }

    void produce(int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", 0, "key-" + i, "value");
        }
    }

    void complete(SteppedBurrow<String, String> burrow, long... offsets) {
        for (long offset : offsets) {
            stages.get(offset).complete(null);
        }
        burrow.settle();
    }

    void fail(SteppedBurrow<String, String> burrow, long offset) {
        stages.get(offset).completeExceptionally(new IllegalStateException("no"));
        burrow.settle();
    }

    long committed() {
        return broker.committed("g", P0).offset();
    }

    long committedOr(long none) {
        return broker.committed("g", P0) == null ? none : committed();
    }

    String member() {
        return broker.members("g").get(0);
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
