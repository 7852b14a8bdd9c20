package io.burrow.core.engine;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.testing.TestMessage;
import io.burrow.core.time.Timekeeper;
import io.burrow.core.worker.Worker;
import io.burrow.core.worker.WorkerTask;
import io.burrow.core.worker.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.NOPLogger;

/**
 * One partition with one record that is being handled, and the engine's real parts around it, for two threads: one is
 * the loop, the other whatever races with it. Made anew for each run of a race, so it holds only what is cheap.
 */
final class RaceRig implements Timekeeper, Workers, OffsetCommitter {
    static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private static final Message<String, String> MESSAGE = TestMessage.of("key", "value");
    private static final Random RANDOM = new Random(1);

    /** One attempt, then parked. */
    static final BurrowConfig PARKS = BurrowConfig.builder()
            .retryPolicy(RetryPolicy.never())
            .errorThreshold(0)
            .build();

    /** Retries after a second. */
    static final BurrowConfig RETRIES = BurrowConfig.builder()
            .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
            .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofSeconds(1)))
            .errorThreshold(0)
            .build();

    final Worker worker = new Worker(0);
    final Shared shared;
    final Finisher finisher;
    final Failures failures;
    final Assignments assignments = new Assignments();
    final Rebalancer rebalancer;
    final Assignment assignment;
    final Lane lane;
    /** The record at offset 0. It owns its lane. */
    final Delivery delivery;

    /** What is scheduled and was not cancelled, in that order. */
    private final Queue<Runnable> scheduled = new ConcurrentLinkedQueue<>();

    /** What was committed last, or -1. */
    volatile long committed = -1;

    volatile boolean woken;

    /** The clock. */
    long nanos;

    RaceRig(BurrowConfig config) {
        this(config, null);
    }

    RaceRig(BurrowConfig config, @Nullable DeadLetterSink<String, String> sink) {
        this(config, sink, List.of());
    }

    RaceRig(BurrowConfig config, @Nullable DeadLetterSink<String, String> sink, List<BurrowListener> listeners) {
        shared = new Shared(
                config,
                this,
                this,
                new ReadyQueue(),
                new Events(NOPLogger.NOP_LOGGER, listeners),
                () -> RANDOM,
                () -> woken = true);
        finisher = new Finisher(shared);
        failures = new Failures(shared, finisher, sink);
        PollTime pollTime = new PollTime(this);
        rebalancer = new Rebalancer(shared, assignments, failures, pollTime, "a source");
        rebalancer.opened(new Commits(shared, assignments, this, pollTime, Runnable::run), () -> {}, () -> {});
        assignment = assignments.add(new AssignedPartition(PARTITION, 0, null), config, shared.wakeLoop, 0);
        lane = assignment.lanes.lane("key");
        delivery = next();
        lane.claim();
    }

    /** Another record of the same key, tracked and in its lane, with no slot in the ready queue. */
    Delivery next() {
        return next(lane);
    }

    /** The same in another lane. */
    Delivery next(Lane in) {
        long offset = assignment.ledger.nextSequence();
        Batch batch = new Batch(assignment, assignment.ledger.track(offset), nanos, -1);
        batch.endSequence = offset + 1;
        assignment.batches.add(batch);
        Delivery next = new Delivery(batch, offset, new Record(offset), in);
        in.append(next);
        return next;
    }

    /** What workers do, with a handler. */
    Attempts<String, String> attempts(AsyncMessageHandler<String, String> handler) {
        return new Attempts<>(shared, handler, true, finisher, failures);
    }

    /** Runs what was scheduled first, if it was not cancelled. Returns whether it was there. */
    boolean fire() {
        Runnable task = scheduled.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    /** Does what a worker does that takes the delivery, and then finds nothing to do. */
    void work(WorkerTask attempts) {
        attempts.run(delivery, worker);
        worker.leave();
    }

    /** How many deliveries became ready. */
    int ready() {
        int ready = 0;
        while (shared.ready.poll(null) != null) {
            ready++;
        }
        return ready;
    }

    /** Whether a record is finished in the ledger. */
    int finished() {
        return (int) (assignment.ledger.nextSequence() - assignment.unfinished());
    }

    private record Record(long offset) implements SourceRecord<String, String> {
        @Override
        public Object orderingKey() {
            return "key";
        }

        @Override
        public int sizeBytes() {
            return 1;
        }

        @Override
        public Message<String, String> decode() {
            return MESSAGE;
        }
    }

    // ---- time

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
        scheduled.add(task);
        return () -> scheduled.remove(task);
    }

    // ---- workers: one, which is the other thread

    @Override
    public void start(WorkerTask task, int concurrency) {}

    @Override
    public void wake() {}

    @Override
    public void resize(int concurrency) {}

    @Override
    public void execute(Runnable job) {
        throw new UnsupportedOperationException("no stage asks for threads here");
    }

    @Override
    public int inside(@Nullable Object scope) {
        Object in = worker.scope();
        return in != null && (scope == null || in == scope) ? 1 : 0;
    }

    @Override
    public void forEach(Consumer<? super Worker> visitor) {
        visitor.accept(worker);
    }

    /** The other thread never waits for this one, so this one may spin. */
    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Override
    public List<String> close(long timeoutNanos) {
        return List.of();
    }

    @Override
    public void close() {}

    // ---- commits

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        points.forEach((partition, point) -> committed = point.offset());
        return CommitResult.committed(points.keySet());
    }

    @Override
    public int metadataLimit() {
        return 0;
    }
}
