package io.burrow.core.sim;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.Ordering;
import io.burrow.api.ParkedRecord;
import io.burrow.api.RecordOutcome;
import io.burrow.api.Stats;
import io.burrow.api.StuckAction;
import io.burrow.api.TerminalException;
import io.burrow.api.ThresholdAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
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
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One process of the group: a Burrow, its source and sink, and what must hold of it at any time. */
final class SimMember implements WatchedSource.Watcher {
    static final String GROUP = "g";

    final String name;
    final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();
    final SimHandlers handlers;

    private final World world;
    private final Weather weather;
    private final Random random;
    private final InMemoryBroker broker;
    private final WatchedSource source;
    private final SteppedBurrow<String, String> stepped;
    /** What it may halt with, by what was done to it. */
    private final Set<ErrorCode> mayHalt = EnumSet.noneOf(ErrorCode.class);

    private String textOfBefore = "";
    private long processed;
    /** Dead letters that the sink has and did not answer; the engine may have given up waiting for some. */
    private int unanswered;
    /** Its loop is at work: nobody else may be. */
    private boolean turning;
    /** From now on everything succeeds at once. */
    private boolean healed;

    SimMember(String name, InMemoryBroker broker, TestClock clock, World world) {
        this.name = name;
        this.world = world;
        this.weather = world.weather();
        this.random = world.random();
        this.broker = broker;
        this.handlers = new SimHandlers(world, this);
        this.source = new WatchedSource(
                broker.source(
                        GROUP,
                        Simulation.TOPICS,
                        o -> o.member(name)
                                .maxPollRecords(weather.bounds().pollRecords())
                                .maxPollInterval(Weather.POLL_INTERVAL)),
                this);
        BurrowBuilder<String, String> builder =
                Burrow.<String, String>builder().source(source).listener(listener());
        switch (weather.work().handlers()) {
            case SYNC -> builder.handler(handlers::handle);
            case ASYNC -> builder.asyncHandler(handlers::handleAsync);
            default -> builder.batchHandler(handlers::handleBatch);
        }
        builder.deadLetters(letter -> {
            WatchedSource.WatchedRecord record = (WatchedSource.WatchedRecord) letter.record();
            CompletionStage<?> sent = sink.send(letter);
            unanswered++;
            return sent.handle((value, error) -> {
                unanswered--;
                if (error != null) {
                    boolean refused = record.index() % 3 == 0 && !isHealed();
                    throw refused ? new TerminalException("refused") : new CompletionException(error);
                }
                record.lease().acknowledged(record.index());
                return value;
            });
        });
        builder.config(c -> weather.settings(c)
                .concurrencyLimit(weather.limiter())
                .retryPolicy(policy())
                .backoff(backoff())
                .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofMillis(700))));
        mayHalt();
        stepped = SteppedBurrow.start(builder, clock, random.nextLong());
    }

    private void mayHalt() {
        Weather.Failing failing = weather.failing();
        if (failing.fatal()) {
            mayHalt.add(ErrorCode.FATAL_ERROR);
        }
        if (failing.exhausted() == ExhaustedAction.HALT) {
            mayHalt.add(ErrorCode.RECORD_HALTED);
        }
        if (failing.threshold() > 0) {
            mayHalt.add(ErrorCode.ERROR_THRESHOLD);
        }
        if (failing.onStuck() == StuckAction.HALT) {
            mayHalt.add(ErrorCode.RECORD_STUCK);
        }
    }

    /** From now on it may halt with this. */
    void mayHalt(ErrorCode code) {
        mayHalt.add(code);
    }

    // ---- what the user brings

    private RetryPolicy policy() {
        RetryPolicy plain = switch (weather.failing().policies()) {
            case TIME -> RetryPolicy.within(Duration.ofMillis(200));
            default -> RetryPolicy.retries(weather.failing().retries());
        };
        RetryPolicy skipping = plain.on(Mishap.Skip.class, RetryDecision.SKIP);
        if (weather.failing().policies() != Weather.Policies.BROKEN) {
            return skipping;
        }
        return failure -> switch (healed ? 9 : random.nextInt(10)) {
            case 0 -> throw new IllegalStateException("a policy");
            case 1 -> null;
            default -> skipping.decide(failure);
        };
    }

    private BackoffStrategy backoff() {
        BackoffStrategy plain = BackoffStrategy.fullJitter(Duration.ofMillis(20), Duration.ofSeconds(2));
        if (weather.failing().policies() != Weather.Policies.BROKEN) {
            return plain;
        }
        return (failure, source) -> switch (random.nextInt(6)) {
            case 0 -> throw new IllegalStateException("a strategy");
            case 1 -> null;
            case 2 -> Duration.ofSeconds(-1);
            case 3 -> Duration.ZERO;
            default -> plain.delay(failure, source);
        };
    }

    private BurrowListener listener() {
        return new BurrowListener() {
            @Override
            public boolean wantsRecords() {
                return weather.work().listens() || weather.failing().releasesKey();
            }

            @Override
            public void recordFinished(
                    TopicPartition partition,
                    long offset,
                    RecordOutcome outcome,
                    int attempts,
                    long queueNanos,
                    long handlerNanos) {
                recordEnded(partition, offset, outcome);
            }

            @Override
            public void deadLetter(Failure failure, @Nullable Throwable error) {
                Lease lease = source.lease(failure.partition());
                int index = lease == null ? -1 : lease.indexOf(failure.offset());
                if (error == null && index >= 0) {
                    lease.heard(index);
                }
            }

            @Override
            public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
                if (world.traces()) {
                    note("failed " + failure.partition() + "@" + failure.offset() + " " + decision);
                }
                if (failure.cause() instanceof TimeoutException) {
                    handlers.timedOut(failure);
                }
                boolean skips = decision == RetryDecision.SKIP
                        || decision == RetryDecision.GIVE_UP
                                && weather.failing().exhausted() == ExhaustedAction.SKIP;
                Lease lease = source.lease(failure.partition());
                if (skips && lease != null) {
                    lease.done(lease.indexOf(failure.offset()));
                }
            }
        };
    }

    private void recordEnded(TopicPartition partition, long offset, RecordOutcome outcome) {
        Lease lease = source.lease(partition);
        if (outcome == RecordOutcome.ABANDONED || lease == null) {
            return;
        }
        int index = lease.indexOf(offset);
        if (outcome == RecordOutcome.PARKED) {
            if (weather.failing().releasesKey()) {
                lease.release(index);
            }
        } else if (!lease.ended(index)) {
            violated("I6: " + partition + "@" + offset + " ended twice, now as " + outcome);
        } else if (!lease.isDone(index)) {
            violated("I6: " + partition + "@" + offset + " ended as " + outcome + " though it is open");
        }
    }

    // ---- what is done to it

    boolean isOver() {
        return burrow().state().isTerminal();
    }

    Burrow<String, String> burrow() {
        return stepped.burrow();
    }

    boolean isHealed() {
        return healed;
    }

    /** Whether its loop is free. */
    boolean canTurn() {
        return !turning && !isOver();
    }

    void turn() {
        loop(stepped::turn);
    }

    boolean step() {
        return stepped.workers().step();
    }

    private void loop(Runnable work) {
        turning = true;
        try {
            work.run();
        } finally {
            turning = false;
        }
    }

    void drain(Duration timeout) {
        loop(() -> {
            try {
                burrow().drain(timeout);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a simulation", e);
            }
        });
    }

    void unpark(boolean deadLetter) {
        List<ParkedRecord> parked = burrow().parked();
        if (!parked.isEmpty()) {
            ParkedRecord one = parked.get(random.nextInt(parked.size()));
            loop(() -> {
                if (deadLetter) {
                    burrow().deadLetterParked(one.partition(), one.offset());
                } else {
                    burrow().retryParked(one.partition(), one.offset());
                }
            });
        }
    }

    /** Closes it; within its bound, and with an answer that is true (I13). */
    void close(Duration timeout) {
        List<Lease> had = List.copyOf(source.leases());
        boolean thrownOut = !broker.members(GROUP).contains(name);
        long begin = ownNanos();
        CloseResult[] result = new CloseResult[1];
        loop(() -> result[0] = stepped.close(timeout));
        long took = ownNanos() - begin;
        long most = timeout.plus(Weather.COMMIT_TIMEOUT.multipliedBy(2))
                .plusSeconds(2)
                .toNanos();
        if (took > most) {
            violated("I13: closing took " + took / 1_000_000 + " ms where " + most / 1_000_000 + " are allowed");
        }
        if (!isOver()) {
            violated("I13: closed, and it is " + burrow().state());
        }
        if (!result[0].clean() || thrownOut) {
            return;
        }
        for (Lease lease : had) {
            if (handlers.runsIn(lease, ownNanos())) {
                violated("I13: a clean close left work running in " + lease.partition);
            }
            CommitPoint committed = broker.committed(GROUP, lease.partition);
            if (!lease.movedAway && lease.comesAgain(committed == null ? 0 : committed.offset())) {
                violated("I13: a clean close left " + lease.partition + " at " + committed
                        + ", and what is finished comes again");
            }
        }
    }

    /** Lets everything that is open end well, and all that follows. */
    void heal() {
        healed = true;
        sink.release();
        handlers.finishAll();
        if (!isOver()) {
            burrow().resume();
            for (TopicPartition partition : Simulation.partitions()) {
                burrow().resume(partition);
            }
        }
    }

    /** Things may go wrong again. */
    void disturb() {
        healed = false;
    }

    // ---- what must hold

    /**
     * What must hold of the numbers at any time.
     *
     * @param atRest whether no handler is being run, so that what counts as handled is known
     */
    void check(boolean atRest) {
        Stats stats = burrow().stats();
        int most = burrow().config().maxInFlightRecords();
        // each partition may keep what one poll brought beyond the bound
        int beyond = weather.bounds().pollRecords() * Simulation.partitions().size();
        if (stats.inFlight() > Math.max(most, weather.bounds().records()) + beyond || stats.inFlight() < 0) {
            violated("I7: " + stats.inFlight() + " records are held, " + most + " may be");
        }
        if (stats.inFlightBytes() < 0) {
            violated("stats: bytes are negative: " + stats.inFlightBytes());
        }
        if (stats.retrying() + stats.parked() > stats.inFlight() && !isOver()) {
            violated("stats: more wait than there are: " + stats);
        }
        if (atRest && !isOver()) {
            checkRunning(stats.activeWorkers());
        }
        if (stats.processed() < processed) {
            violated("stats: processed fell from " + processed + " to " + stats.processed());
        }
        processed = stats.processed();
        BurrowState state = burrow().state();
        if (state == BurrowState.FAILED || state == BurrowState.HALTING || state == BurrowState.FROZEN) {
            checkCause(state);
        }
    }

    /** Nothing counts as being handled but stages that are open and dead letters that are not answered (I6). */
    private void checkRunning(long counted) {
        int most = handlers.open() + unanswered;
        if (counted > most) {
            violated("I6: " + counted + " records count as being handled, and no more than " + most + " are");
        }
    }

    /** Every fatal state shows, with what it was (I14), and only what was meant to is fatal. */
    private void checkCause(BurrowState state) {
        Health health = burrow().health();
        BurrowException cause = health.cause();
        if (cause == null || health.status() != Health.Status.FAILED || health.ready()) {
            violated("I14: " + state + " shows as " + health);
        } else if (!mayHalt.contains(cause.code())) {
            throw new IllegalStateException("halted by itself", cause);
        } else if (state == BurrowState.FROZEN && weather.failing().onThreshold() != ThresholdAction.FREEZE) {
            violated("I14: frozen by " + cause.code());
        }
    }

    /** Whether all that it has is finished, and was fetched to the end. */
    boolean isDoneWith(TopicPartition partition, long endOffset) {
        Lease lease = source.lease(partition);
        return lease != null
                && lease.open() == 0
                && burrow().stats().partitions().get(partition).endPosition() >= endOffset;
    }

    // ---- what the source tells

    @Override
    public void reset(TopicPartition partition) {
        world.moved(partition);
    }

    @Override
    public void violated(String what) {
        world.violated(name + ": " + what);
    }

    @Override
    public void note(String event) {
        if (world.traces()) {
            world.note(name + " " + event);
        }
    }

    @Override
    public BitSet everDone(TopicPartition partition) {
        return world.everDone(partition);
    }

    @Override
    public String damaged(String metadata) {
        if (random.nextInt(100) >= weather.committing().damage()) {
            if (!metadata.isEmpty()) {
                textOfBefore = metadata;
            }
            return metadata;
        }
        return switch (metadata.isEmpty() ? 0 : random.nextInt(4)) {
            case 0 -> Weather.pick(random, List.of("free text", "AQAAAX4", "bw1:AAAA", "bw1:", textOfBefore));
            case 1 -> textOfBefore; // of another offset, or of another partition
            case 2 -> metadata.substring(0, random.nextInt(metadata.length()));
            default -> {
                int at = random.nextInt(metadata.length());
                // a bit of those that a character carries, if it does
                char c = metadata.charAt(at);
                char other = c < 0x4000 ? 'x' : (char) (0x4000 + ((c - 0x4000) ^ 1 << random.nextInt(15)));
                yield metadata.substring(0, at) + other + metadata.substring(at + 1);
            }
        };
    }

    @Override
    public boolean keepsSnapshots() {
        return weather.committing().snapshots();
    }

    @Override
    public boolean ordersPartitions() {
        return weather.work().ordering() == Ordering.PARTITION;
    }

    @Override
    public BurrowConfig config() {
        return burrow().config();
    }

    @Override
    public List<WatchedSource.WatchedMessage> runningOfFormer() {
        return handlers.runningOfFormer();
    }

    @Override
    public long ownNanos() {
        return world.ownNanos();
    }

    /** Whether something is parked. */
    boolean keepsParked() {
        return burrow().stats().parked() > 0;
    }
}
