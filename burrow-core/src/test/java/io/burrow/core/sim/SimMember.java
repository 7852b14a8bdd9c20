package io.burrow.core.sim;

import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.RetryAfterException;
import io.burrow.api.Stats;
import io.burrow.api.TerminalException;
import io.burrow.api.ThresholdAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One process of the group: a Burrow, its handler, its sink, and what they did. */
final class SimMember implements WatchedSource.Watcher {
    static final String GROUP = "g";
    static final String TOPIC = "t";

    final String name;
    final SteppedBurrow<String, String> burrow;
    final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
    final List<Running> running = new ArrayList<>();
    private final List<CompletableFuture<Void>> late = new ArrayList<>();

    private final Weather weather;
    private final Random random;
    private final Consumer<String> violated;
    private final Consumer<TopicPartition> reset;
    private final Map<TopicPartition, Set<Long>> everDone;
    private final Set<List<Object>> busyKeys = new HashSet<>();
    private long processed;
    /** From now on everything succeeds at once. */
    private boolean healed;

    /** An attempt whose stage is not completed. */
    record Running(WatchedSource.WatchedMessage message, CompletableFuture<Void> stage) {}

    private static final class Skip extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    SimMember(
            String name,
            InMemoryBroker broker,
            TestClock clock,
            Weather weather,
            Random random,
            Consumer<String> violated,
            Consumer<TopicPartition> reset,
            Map<TopicPartition, Set<Long>> everDone) {
        this.everDone = everDone;
        this.name = name;
        this.weather = weather;
        this.random = random;
        this.violated = violated;
        this.reset = reset;
        WatchedSource source = new WatchedSource(
                broker.source(
                        GROUP,
                        List.of(TOPIC),
                        o -> o.member(name)
                                .maxPollRecords(weather.maxPollRecords())
                                .maxPollInterval(Duration.ofSeconds(10))),
                this);
        BurrowBuilder<String, String> builder = Burrow.<String, String>builder().source(source);
        switch (weather.handlers()) {
            case SYNC -> builder.handler(this::handle);
            case ASYNC -> builder.asyncHandler(this::handleAsync);
            default -> builder.batchHandler(this::handleBatch);
        }
        builder.deadLetters(letter -> {
            WatchedSource.WatchedRecord record = (WatchedSource.WatchedRecord) letter.record();
            return sink.send(letter).whenComplete((value, error) -> {
                if (error == null) {
                    record.lease().done(record.offset());
                }
            });
        });
        RetryPolicy retries = RetryPolicy.retries(weather.retries());
        builder.config(c -> c.ordering(weather.ordering())
                .concurrency(weather.concurrency())
                .maxBatchRecords(4)
                .batchLinger(Duration.ofMillis(weather.lingerMillis()))
                .batchRetry(weather.batchRetry())
                .maxInFlightRecords(weather.maxInFlight())
                .maxPartitionInFlightRecords(weather.maxPartitionInFlight())
                .maxSpanRecords(64)
                .maxInFlightBytes(500)
                .commitMode(weather.commitMode())
                .snapshots(weather.snapshots())
                .commitInterval(Duration.ofMillis(weather.commitMillis()))
                .commitRecords(10)
                .recommitInterval(Duration.ofSeconds(weather.recommitSeconds()))
                .commitTimeout(Duration.ofMillis(300))
                .drainTimeout(Duration.ofMillis(weather.drainMillis()))
                .retryPolicy(failure -> failure.cause() instanceof Skip ? RetryDecision.SKIP : retries.decide(failure))
                .backoff(BackoffStrategy.fullJitter(Duration.ofMillis(20), Duration.ofSeconds(2)))
                .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofMillis(700)))
                .deadLetterTimeout(Duration.ofSeconds(3))
                .onExhausted(weather.exhausted())
                .errorThreshold(weather.errorThreshold())
                .onErrorThreshold(ThresholdAction.FREEZE)
                .stuckAfter(Duration.ofMillis(weather.stuckMillis()))
                .onStuck(weather.onStuck())
                .breakerFailurePercent(weather.breakerPercent())
                .breakerRecords(5)
                .breakerPause(Duration.ofMillis(500))
                .breakerProbes(2)
                .deadLetterBudget(weather.budget())
                .deadLetterBudgetInterval(Duration.ofMillis(200))
                .maxRecordsPerSecond(weather.rate()));
        builder.listener(new BurrowListener() {
            @Override
            public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
                if (failure.cause() instanceof TimeoutException) {
                    timedOut(failure);
                }
            }
        });
        burrow = SteppedBurrow.start(builder, clock, random.nextLong());
    }

    boolean isOver() {
        return burrow.burrow().state().isTerminal();
    }

    void drain() {
        try {
            burrow.burrow().drain(Duration.ofMillis(random.nextInt(200)));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    /** Lets everything that is open end well, and all that follows. */
    void heal() {
        healed = true;
        sink.failNext(0);
        sink.release();
        while (!running.isEmpty()) {
            succeed(running.size() - 1);
        }
        if (!isOver()) {
            burrow.burrow().resume();
            for (int partition = 0; partition < Simulation.PARTITIONS; partition++) {
                burrow.burrow().resume(new TopicPartition(TOPIC, partition));
            }
        }
    }

    void succeed(int index) {
        Running ending = running.remove(index);
        ended(ending.message, null);
        ending.stage.complete(null);
    }

    /** The engine gave an attempt up: what completes its stage later must change nothing. */
    private void timedOut(Failure failure) {
        for (Running each : running) {
            WatchedSource.WatchedMessage message = each.message;
            if (message.topicPartition().equals(failure.partition())
                    && message.offset() == failure.offset()
                    && message.attempt() == failure.attempt()
                    && !message.lease().closed) {
                running.remove(each);
                late.add(each.stage);
                ended(message, (Exception) failure.cause());
                return;
            }
        }
        violated("a time-out of " + failure + ", which does not run");
    }

    /** Completes a stage that was given up. */
    void completeLate() {
        if (!late.isEmpty()) {
            CompletableFuture<Void> stage = late.remove(random.nextInt(late.size()));
            if (random.nextBoolean()) {
                stage.complete(null);
            } else {
                stage.completeExceptionally(new IllegalStateException("late"));
            }
        }
    }

    void fail(int index) {
        Running ending = running.remove(index);
        RuntimeException thrown = failure();
        ended(ending.message, thrown);
        ending.stage.completeExceptionally(thrown);
    }

    /** What must hold of the numbers at any time. */
    void checkStats() {
        Stats stats = burrow.burrow().stats();
        long poll = (long) weather.maxPollRecords() * Simulation.PARTITIONS;
        if (stats.inFlight() > weather.maxInFlight() + poll || stats.inFlight() < 0) {
            violated("I7: " + stats.inFlight() + " records are held, " + weather.maxInFlight() + " may be");
        }
        if (stats.inFlightBytes() < 0) {
            violated("stats: bytes are negative: " + stats.inFlightBytes());
        }
        if (stats.retrying() + stats.parked() > stats.inFlight() && !isOver()) {
            violated("stats: more wait than there are: " + stats);
        }
        if (stats.processed() < processed) {
            violated("stats: processed fell from " + processed + " to " + stats.processed());
        }
        processed = stats.processed();
        if (burrow.burrow().state() == BurrowState.FAILED || burrow.burrow().state() == BurrowState.HALTING) {
            var cause = Objects.requireNonNull(burrow.burrow().health().cause());
            if (cause.getCause() != null && !(cause.getCause() instanceof Simulation.Planned)) {
                throw new IllegalStateException("halted by itself", cause);
            }
        }
    }

    // ---- handlers

    private void handle(Message<?, ?> message) {
        WatchedSource.WatchedMessage watched = (WatchedSource.WatchedMessage) message;
        begun(watched);
        RuntimeException thrown = draws() ? failure() : null;
        ended(watched, thrown);
        if (thrown != null) {
            throw thrown;
        }
    }

    private CompletionStage<?> handleAsync(Message<String, String> message) {
        if (healed || random.nextInt(4) == 0) {
            handle(message);
            return CompletableFuture.completedStage(null);
        }
        begun((WatchedSource.WatchedMessage) message);
        CompletableFuture<Void> stage = new CompletableFuture<>();
        running.add(new Running((WatchedSource.WatchedMessage) message, stage));
        return stage;
    }

    private List<Outcome> handleBatch(List<? extends Message<String, String>> messages) {
        if (messages.size() > 4) {
            violated("a batch of " + messages.size() + " where 4 are allowed");
        }
        if (draws() && random.nextInt(4) == 0) {
            return failBatch(messages);
        }
        Set<Object> broken = new HashSet<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (Message<String, String> each : messages) {
            WatchedSource.WatchedMessage message = (WatchedSource.WatchedMessage) each;
            Object key = orderOf(message);
            if (key != null && broken.contains(List.of(message.lease().partition, key))) {
                // it follows a failed one of its key: whatever is answered, it must come again
                outcomes.add(random.nextBoolean() ? Outcome.success() : Outcome.failure(failure()));
                continue;
            }
            begun(message);
            RuntimeException thrown = draws() ? failure() : null;
            ended(message, thrown);
            if (thrown != null && key != null) {
                broken.add(List.of(message.lease().partition, key));
            }
            outcomes.add(thrown == null ? Outcome.success() : Outcome.failure(thrown));
        }
        return outcomes;
    }

    /** Nothing of the batch was done: it throws, or answers for others than were asked. */
    private List<Outcome> failBatch(List<? extends Message<String, String>> messages) {
        RuntimeException thrown = new IllegalStateException("the whole batch");
        Set<Object> keys = new HashSet<>();
        for (Message<String, String> each : messages) {
            WatchedSource.WatchedMessage message = (WatchedSource.WatchedMessage) each;
            Object key = orderOf(message);
            if (key == null || keys.add(List.of(message.lease().partition, key))) {
                begun(message);
                ended(message, thrown);
            }
        }
        if (random.nextBoolean()) {
            return List.of();
        }
        throw thrown;
    }

    private boolean draws() {
        return !healed && random.nextInt(100) < weather.failures();
    }

    private RuntimeException failure() {
        return switch (random.nextInt(6)) {
            case 0 -> new RetryAfterException(Duration.ofMillis(random.nextInt(50)));
            case 1 -> new TerminalException("terminal");
            case 2 -> new Skip();
            default -> new IllegalStateException("failed");
        };
    }

    private @Nullable Object orderOf(WatchedSource.WatchedMessage message) {
        if (weather.ordering() == Ordering.UNORDERED) {
            return null;
        }
        Lease.Key key = message.lease().delivered.get(message.offset());
        return key == null ? null : key.raw();
    }

    private void begun(WatchedSource.WatchedMessage message) {
        Lease lease = message.lease();
        if (lease.done.contains(message.offset())) {
            violated("I6: " + message + " is started though it was done");
        }
        if (lease.closed) {
            violated("I4: " + message + " is started though its assignment is over");
        }
        Object key = orderOf(message);
        if (key != null) {
            long before = lease.unfinishedBefore(message.offset(), key);
            if (before >= 0) {
                violated("I5: " + message + " is started before " + before + " of the same key");
            }
            if (!busyKeys.add(List.of(lease.partition, key))) {
                violated("I5: " + message + " overlaps another of its key");
            }
        }
    }

    private void ended(WatchedSource.WatchedMessage message, @Nullable Exception thrown) {
        Lease lease = message.lease();
        Object key = orderOf(message);
        if (key != null) {
            busyKeys.remove(List.of(lease.partition, key));
        }
        boolean givenUp = thrown instanceof TerminalException || message.attempt() > weather.retries();
        boolean skipped = thrown instanceof Skip
                || givenUp && !(thrown instanceof RetryAfterException) && weather.exhausted() == ExhaustedAction.SKIP;
        if (thrown == null || skipped) {
            lease.done(message.offset());
        }
    }

    // ---- what the source tells

    @Override
    public void reset(TopicPartition partition) {
        reset.accept(partition);
    }

    @Override
    public void undecodable(Lease lease, long offset) {
        if (weather.exhausted() == ExhaustedAction.SKIP) {
            lease.done(offset);
        }
    }

    @Override
    public void violated(String what) {
        violated.accept(name + ": " + what);
    }

    @Override
    public Set<Long> everDone(TopicPartition partition) {
        return everDone.computeIfAbsent(partition, name -> new HashSet<>());
    }

    @Override
    public String damaged(String metadata) {
        if (random.nextInt(100) >= weather.damage()) {
            return metadata;
        }
        if (metadata.isEmpty() || random.nextInt(3) == 0) {
            return List.of("free text", "AQAAAX4", "bw1:AAAA", "bw1:").get(random.nextInt(4));
        }
        int at = random.nextInt(metadata.length());
        return random.nextBoolean()
                ? metadata.substring(0, at)
                : metadata.substring(0, at) + (metadata.charAt(at) == 'A' ? 'B' : 'A') + metadata.substring(at + 1);
    }

    @Override
    public boolean keepsSnapshots() {
        return weather.snapshots();
    }

    @Override
    public boolean ordersPartitions() {
        return weather.ordersPartitions();
    }
}
