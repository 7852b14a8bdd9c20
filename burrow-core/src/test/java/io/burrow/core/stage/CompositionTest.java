package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.RecordOutcome;
import io.burrow.api.StuckAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.Stage;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.Endings;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever stages are put around whatever handler, in whatever order: every delivery ends exactly once, no handler
 * starts for a record that has ended, and records of a key neither overlap nor overtake each other.
 */
class CompositionTest {
    private static final int SEEDS = 400;
    private static final List<TopicPartition> PARTITIONS =
            List.of(new TopicPartition("t", 0), new TopicPartition("t", 1));

    private record Position(TopicPartition partition, long offset) {}

    /** What one seed makes, and what is seen of it. */
    private static final class Scene {
        final Random random;
        final InMemoryBroker broker = new InMemoryBroker().createTopic("t", PARTITIONS.size());
        final TestClock clock = new TestClock();
        final List<String> description = new ArrayList<>();
        final List<String> violations = new ArrayList<>();
        final Ordering ordering;
        final boolean rebalances;
        final boolean sync;

        final Map<Position, Object> lanes = new HashMap<>();
        /** By lane: whose handler was started and whose delivery has not ended since. */
        final Map<Object, Position> open = new HashMap<>();

        final Map<Position, List<RecordOutcome>> outcomes = new HashMap<>();
        int starts;

        Scene(long seed) {
            random = new Random(seed);
            ordering = Ordering.values()[random.nextInt(3)];
            rebalances = random.nextInt(4) == 0;
            sync = random.nextBoolean();
        }

        boolean oneIn(int n) {
            return random.nextInt(n) == 0;
        }

        Duration upToSeconds(int most) {
            return Duration.ofMillis(1 + random.nextInt(most * 1_000));
        }

        Stage<String, String> stage(int depth) {
            int kind = random.nextInt(depth == 0 ? 11 : 9);
            description.add(String.valueOf(kind));
            return switch (kind) {
                case 0 -> Stages.filter(m -> !m.value().endsWith("0"));
                case 1 -> Stages.map(m -> oneIn(20) ? null : m);
                case 2 -> Stages.mapValue(v -> v + "!");
                case 3 ->
                    Stages.tap(m -> {
                        if (oneIn(20)) {
                            throw new IllegalStateException("tap");
                        }
                    });
                case 4 -> Stages.timeLimit(upToSeconds(20));
                case 5 -> Stages.rateLimit(1 + random.nextInt(30), upToSeconds(5));
                case 6 ->
                    Stages.deduplicate(m -> oneIn(10) ? null : m.value(), upToSeconds(100), 1 + random.nextInt(50));
                case 7 ->
                    next -> message -> { // a user's: counts what is done
                        var stage = next.handle(message);
                        return stage == AsyncMessageHandler.done() ? stage : stage.whenComplete((v, e) -> {});
                    };
                case 8 ->
                    next -> message -> { // a user's: what fails does not matter
                        try {
                            return next.handle(message).exceptionally(e -> null);
                        } catch (Exception e) {
                            return AsyncMessageHandler.done();
                        }
                    };
                case 9 -> Stages.when(m -> m.offset() % 3 == 0, stage(1));
                default -> Stage.composite(List.of(stage(1), stage(1)));
            };
        }

        BurrowBuilder<String, String> builder() {
            BurrowBuilder<String, String> builder = Burrow.<String, String>builder()
                    .source(broker.source("g", List.of("t")))
                    .deadLetters(new InMemoryDeadLetters<>())
                    .listener(new Endings(this::ends))
                    .config(c -> c.ordering(ordering)
                            .concurrency(1 + random.nextInt(20))
                            .errorThreshold(0)
                            .retryPolicy(RetryPolicy.retries(random.nextInt(4)))
                            .backoff(BackoffStrategy.fixed(upToSeconds(10)))
                            .onExhausted(oneIn(2) ? ExhaustedAction.SKIP : ExhaustedAction.DEAD_LETTER)
                            .drainTimeout(upToSeconds(10))
                            .stuckAfter(Duration.ofSeconds(60))
                            .onStuck(StuckAction.DEAD_LETTER));
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                builder.stage(stage(0));
            }
            return sync ? builder.handler(this::handle) : builder.asyncHandler(this::handleLater);
        }

        void handle(Message<String, String> message) {
            begins(message);
            if (oneIn(8)) {
                clock.advance(upToSeconds(15));
            }
            failSometimes();
        }

        CompletableFuture<Object> handleLater(Message<String, String> message) {
            begins(message);
            CompletableFuture<Object> stage = new CompletableFuture<>();
            int fate = random.nextInt(12);
            if (fate == 0 && !rebalances) {
                return stage; // never completed; in a partition that is gone it would hold its lane for ever
            }
            if (fate == 1) {
                failSometimes();
            }
            clock.schedule(random.nextInt(15_000) * 1_000_000L, () -> {
                if (fate < 4) {
                    stage.completeExceptionally(new IllegalStateException("later"));
                } else {
                    stage.complete(message);
                }
            });
            return stage;
        }

        private void failSometimes() {
            int dice = random.nextInt(10);
            if (dice == 0) {
                throw new IllegalStateException("handler");
            } else if (dice == 1) {
                throw new AssertionError("handler");
            }
        }

        private void begins(Message<String, String> message) {
            starts++;
            Position position = new Position(message.topicPartition(), message.offset());
            if (Thread.interrupted()) {
                violations.add("an interrupt came with " + position);
            }
            List<RecordOutcome> ended = outcomes.getOrDefault(position, List.of());
            if (!ended.isEmpty() && !rebalances) {
                violations.add("the handler started for " + position + ", which has ended: " + ended);
            }
            Object lane = lanes.get(position);
            if (lane == null) {
                return;
            }
            Position other = open.put(lane, position);
            if (other != null && !other.equals(position)) {
                violations.add(position + " started while " + other + " was not ended");
            }
            if (!rebalances) {
                lanes.forEach((earlier, itsLane) -> {
                    if (itsLane.equals(lane)
                            && earlier.offset() < position.offset()
                            && earlier.partition().equals(position.partition())
                            && !outcomes.containsKey(earlier)) {
                        violations.add(position + " started before " + earlier);
                    }
                });
            }
        }

        private void ends(TopicPartition partition, long offset, RecordOutcome outcome) {
            Position position = new Position(partition, offset);
            outcomes.computeIfAbsent(position, p -> new ArrayList<>()).add(outcome);
            Object lane = lanes.get(position);
            if (lane != null) {
                open.remove(lane, position);
            }
        }

        void produce(int count) {
            for (int i = 0; i < count; i++) {
                TopicPartition partition = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
                String key = "k" + random.nextInt(6);
                long offset = broker.produce("t", partition.partition(), key, "v" + random.nextInt(30));
                if (ordering != Ordering.UNORDERED) {
                    lanes.put(
                            new Position(partition, offset),
                            ordering == Ordering.KEY ? List.of(partition, key) : partition);
                }
            }
        }

        long endOffsets() {
            return PARTITIONS.stream()
                    .mapToLong(p -> broker.endOffset("t", p.partition()))
                    .sum();
        }
    }

    private static boolean isBusy(Scene scene, SteppedBurrow<String, String> burrow) {
        return scene.broker.lag("g") > 0 || burrow.burrow().stats().inFlight() > 0;
    }

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyDeliveryEndsOnce_andOrderHolds(long seed) {
        Scene scene = new Scene(seed);
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(scene.builder(), scene.clock, seed);
        for (int round = 0; round < 4; round++) {
            scene.produce(scene.random.nextInt(15));
            burrow.settle().advance(scene.upToSeconds(20));
            if (scene.rebalances) {
                String member = scene.broker.members("g").get(0);
                if (scene.oneIn(2)) {
                    scene.broker.faults().expire(member);
                } else {
                    scene.broker.faults().revoke(member, PARTITIONS.get(scene.random.nextInt(2)));
                }
                burrow.settle();
            }
        }
        for (int i = 0; i < 400 && isBusy(scene, burrow); i++) {
            burrow.advance(Duration.ofSeconds(10));
        }
        String of = "seed " + seed + ", stages " + scene.description + ", " + scene.ordering
                + (scene.sync ? ", synchronous" : ", asynchronous") + (scene.rebalances ? ", rebalances" : "");
        assertThat(scene.violations).as(of).isEmpty();
        assertThat(scene.broker.lag("g")).as("%s: lag", of).isZero();
        assertThat(scene.outcomes).as("%s: records that ended", of).hasSize((int) scene.endOffsets());
        scene.outcomes.forEach((position, ended) -> {
            List<RecordOutcome> terminal = ended.stream()
                    .filter(outcome -> outcome != RecordOutcome.ABANDONED)
                    .toList();
            if (scene.rebalances) {
                assertThat(terminal).as("%s: %s", of, position).isNotEmpty();
            } else {
                assertThat(ended).as("%s: %s", of, position).hasSize(1);
                assertThat(terminal).as("%s: %s", of, position).hasSize(1);
            }
        });
        assertThat(burrow.burrow().stats().inFlight()).as("%s: in flight", of).isZero();
        burrow.close(Duration.ofSeconds(10));
        int starts = scene.starts;
        scene.clock.advance(Duration.ofHours(1));
        burrow.workers().step();
        assertThat(scene.starts).as("%s: started after the close", of).isEqualTo(starts);
        assertThat(scene.violations).as(of).isEmpty();
    }
}
