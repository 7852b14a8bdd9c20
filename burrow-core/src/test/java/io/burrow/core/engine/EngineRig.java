package io.burrow.core.engine;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.MessageSource;
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
import java.util.concurrent.CompletionStage;

/** A broker, a clock, and Burrows over them that a test steps; for tests of any package. */
public abstract class EngineRig {
    protected static final TopicPartition P0 = new TopicPartition("t", 0);

    protected final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);
    protected final TestClock clock = new TestClock();
    protected final Map<Long, CompletableFuture<Void>> stages = new HashMap<>();
    protected final List<Long> started = new ArrayList<>();

    protected interface Body {
        void run(Message<String, String> message) throws Exception;
    }

    protected BurrowBuilder<String, String> base() {
        return over(broker.source("g", List.of("t")));
    }

    protected BurrowBuilder<String, String> over(MessageSource<String, String> source) {
        return Burrow.<String, String>builder().source(source).config(c -> c.ordering(Ordering.UNORDERED));
    }

    protected BurrowBuilder<String, String> handler(Body body) {
        return base().handler(body::run);
    }

    protected BurrowBuilder<String, String> failing(long offset) {
        return handler(m -> {
            if (m.offset() == offset) {
                throw new IllegalStateException("no");
            }
        });
    }

    protected BurrowBuilder<String, String> async() {
        return base().asyncHandler(this::begin);
    }

    /** Leaves a stage that the test completes. */
    protected CompletionStage<?> begin(Message<String, String> message) {
        started.add(message.offset());
        CompletableFuture<Void> stage = new CompletableFuture<>();
        stages.put(message.partition() * 1_000L + message.offset(), stage);
        return stage;
    }

    protected SteppedBurrow<String, String> start(BurrowBuilder<String, String> builder) {
        return SteppedBurrow.start(builder, clock, 1);
    }

    protected void produce(int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", 0, "key-" + i, "value");
        }
    }

    protected void complete(SteppedBurrow<String, String> burrow, long... offsets) {
        for (long offset : offsets) {
            stages.get(offset).complete(null);
        }
        burrow.settle();
    }

    protected void fail(SteppedBurrow<String, String> burrow, long offset) {
        stages.get(offset).completeExceptionally(new IllegalStateException("no"));
        burrow.settle();
    }

    protected long committed() {
        return broker.committed("g", P0).offset();
    }

    protected long committedOr(long none) {
        return broker.committed("g", P0) == null ? none : committed();
    }

    protected String member() {
        return broker.members("g").get(0);
    }

    /** Goes on until nothing changes any more in several members of one group. */
    @SafeVarargs
    protected final void settle(SteppedBurrow<String, String>... members) {
        for (int round = 0; round < 6; round++) { // each may give up what another waits for
            for (SteppedBurrow<String, String> each : members) {
                each.settle();
            }
        }
    }

    @SuppressWarnings("unchecked")
    protected static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
