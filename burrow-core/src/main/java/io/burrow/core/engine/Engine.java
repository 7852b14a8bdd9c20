package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.Inspection;
import io.burrow.api.ParkedRecord;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.time.Timekeeper;
import io.burrow.core.worker.WorkerTask;
import io.burrow.core.worker.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The loop, one turn at a time.
 *
 * <h2>The problem</h2>
 *
 * A consumer belongs to one thread, handlers to many. Were the loop to wait for handlers, the partition would move at
 * the speed of its slowest record; were handlers to call the consumer, it would break. And a thread around it all
 * cannot be tested step by step.
 *
 * <h2>The idea</h2>
 *
 * {@link #turn} is the engine: it does a bounded amount of work and returns. A thread that calls it over and over is
 * one way to drive it ({@link EngineRunner}); a test that calls it between two steps of the workers is another. Loop
 * and workers share the ready queue, the ledgers' flags and a few switches, and never wait for each other.
 *
 * <pre>
 *   turn:  commands → advance commit points → hold back or let flow → commit if due → poll (track, make ready)
 *                                                                                        ↑ callbacks of a rebalance
 * </pre>
 *
 * Stopping is a state, not another loop: while handlers end, the turns go on and the source is still polled, so that
 * the group does not take this member for dead.
 *
 * <p>Threads: the loop thread, unless a method says otherwise. The class is long because the commands of other threads
 * stand here with their Javadoc; what a turn does in each step is a class of its own.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class Engine<K, V> {

    private static final long BUSY_POLL_NANOS = 100_000_000;
    private static final long STOPPING_POLL_NANOS = 5_000_000;
    private static final long SPARE_NANOS = 5_000_000_000L;
    private static final Duration LONGEST_POLL_INTERVAL = Duration.ofDays(365);

    private final Extensions<K, V> extensions;
    private final Shared shared;
    final Assignments assignments = new Assignments();
    private final Failures failures;
    private final PollTime pollTime;
    private final Rebalancer rebalancer;
    private final Intake<K, V> intake;
    private final Reports reports;
    private final Inspections inspections;
    private final StuckWatch stuck;
    private final Ending ending;
    private final WorkerTask task;
    private final BiConsumer<BurrowState, BurrowState> onState;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> questions = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<CloseResult> closed = new CompletableFuture<>();

    private volatile BurrowState state = BurrowState.NEW;
    private volatile @Nullable BurrowException cause;
    private volatile @Nullable Stats lastStats;
    private volatile @Nullable Health lastHealth;
    private volatile @Nullable Inspection lastInspection;
    private volatile long turnedNanos;
    private volatile boolean blockedNoted;
    private volatile Duration pollInterval = LONGEST_POLL_INTERVAL;
    private @Nullable Commits commits;
    private @Nullable CompletableFuture<Boolean> drain;
    private long deadlineNanos;
    private boolean sourceBroken;

    /**
     * Puts an engine together; nothing is started.
     *
     * @param extensions what the user brings
     * @param config the settings
     * @param time the clock
     * @param workers who runs handlers
     * @param random where randomness comes from, for the calling thread
     * @param log where to log
     * @param onState is told of state changes, before the listeners
     */
    public Engine(
            Extensions<K, V> extensions,
            BurrowConfig config,
            Timekeeper time,
            Workers workers,
            Supplier<RandomGenerator> random,
            Logger log,
            BiConsumer<BurrowState, BurrowState> onState) {
        this.extensions = extensions;
        this.onState = onState;
        Events events = new Events(log, extensions.listeners());
        this.shared = new Shared(config, time, workers, new ReadyQueue(), events, random, this::wakeSource);
        Finisher finisher = new Finisher(shared);

        this.failures = new Failures(shared, finisher, extensions.deadLetters());
        this.pollTime = new PollTime(time);
        this.rebalancer = new Rebalancer(
                shared,
                assignments,
                failures,
                pollTime,
                extensions.source().getClass().getName());
        this.intake = new Intake<>(shared, assignments, extensions);
        this.reports = new Reports(shared, assignments, extensions.source());
        this.inspections = new Inspections(shared, assignments, reports);
        this.ending = new Ending(shared, assignments, rebalancer, extensions.source(), extensions.deadLetters());
        this.stuck = new StuckWatch(shared, assignments, failures, extensions);
        if (extensions.batchHandler() != null) {
            this.task = new BatchAttempts<>(shared, extensions.batchHandler(), finisher, failures);
        } else {
            Attempts<K, V> attempts = new Attempts<>(
                    shared,
                    Objects.requireNonNull(extensions.handler(), "handler"),
                    extensions.async(),
                    finisher,
                    failures);
            stuck.attempts(attempts);
            this.task = attempts;
        }
    }

    /**
     * Opens sink and source and begins. After an exception everything is closed again.
     *
     * @throws BurrowException if the source or the sink cannot work
     */
    public void open() {
        DeadLetterSink<K, V> sink = extensions.deadLetters();
        boolean sinkOpen = false;
        try {
            if (sink != null) {
                sink.open();
                sinkOpen = true;
            }
            extensions.source().open(rebalancer);
            Duration interval = maxPollInterval();
            pollInterval = interval;
            pollTime.interval(interval);
            turnedNanos = shared.time.nanos();
            commits = new Commits(shared, assignments, committer(), pollTime, this::execute);
            rebalancer.opened(commits, this::balance, () -> serve(questions));
        } catch (Throwable e) {
            if (!isOfAnother(e)) {
                ending.quietly(() -> extensions.source().close(Duration.ZERO));
            }
            if (sink != null && sinkOpen) {
                ending.quietly(() -> sink.close(Duration.ZERO));
            }
            shared.time.close();
            BurrowException failure = asBurrowException(e, "the source could not be opened");
            cause = failure;
            setState(BurrowState.FAILED);
            closed.complete(new CloseResult(false, 0, List.of()));
            throw failure;
        }
        shared.workers.start(task, shared.load.limit());
        setState(BurrowState.RUNNING);
    }

    private OffsetCommitter committer() {
        OffsetCommitter own = extensions.committer();
        @Nullable
        OffsetCommitter committer = own != null ? own : extensions.source().committer();
        if (committer == null) {
            throw sourceBroken("has no committer, and there is no other");
        }
        return committer;
    }

    private Duration maxPollInterval() {
        @Nullable Duration interval = extensions.source().maxPollInterval();
        if (interval == null || interval.isNegative() || interval.isZero()) {
            throw sourceBroken("has a poll interval that is not positive: " + interval);
        }
        return interval.compareTo(LONGEST_POLL_INTERVAL) > 0 ? LONGEST_POLL_INTERVAL : interval;
    }

    private BurrowException sourceBroken(String what) {
        return new BurrowException(
                ErrorCode.SOURCE_CONTRACT,
                "source " + extensions.source().getClass().getName() + " " + what);
    }

    /** Any thread, so nothing may get out: some of them are a worker's, or the timer's. */
    private void wakeSource() {
        try {
            extensions.source().wakeup();
        } catch (Throwable e) {
            shared.events.broken(sourceBroken("threw " + e.getClass().getName() + " in wakeup"));
        }
    }

    /** Whether the source is open already, and so belongs to somebody else who must go on. */
    private static boolean isOfAnother(Throwable e) {
        return e instanceof BurrowException known && known.code() == ErrorCode.ALREADY_STARTED;
    }

    /**
     * Does one turn.
     *
     * @param mayWait whether to wait in the source when there is nothing to do
     * @return false when everything is over and closed
     */
    public boolean turn(boolean mayWait) {
        if (state.isTerminal()) {
            return false;
        }
        turnedNanos = shared.time.nanos();
        blockedNoted = false;
        try {
            serve(questions);
            serve(commands);
            heedStops();
            for (Assignment assignment : assignments.all()) {
                assignment.advance();
            }
            balance();
            assignments.sweepLanes(shared.time.nanos(), intake::keyChanged);
            stuck.look();
            if (shared.load.isOn()) {
                shared.load.look(running());
            }
            if (!shared.ready.isEmpty()) {
                shared.workers.wake(); // a thread could not be made before, for want of memory: now perhaps
            }
            if (isStopping() && (isQuiet() || isPast(deadlineNanos))) {
                finish();
                return false;
            }
            Objects.requireNonNull(commits).commitIfDue();
            checkDrain();
            poll(mayWait);
        } catch (Throwable e) {
            boolean again = isStopping();
            shared.halt(new BurrowException(
                    ErrorCode.INTERNAL, "the loop failed with " + e.getClass().getName(), e));
            if (again) { // not even stopping works: end it
                finish();
                return false;
            }
        }
        return true;
    }

    private int running() {
        int running = shared.workers.inside(null);
        for (Assignment assignment : assignments.all()) {
            running += assignment.pending.get();
        }
        return running;
    }

    private void heedStops() {
        BurrowException halt = shared.haltCause();
        if (halt != null && state == BurrowState.CLOSING) { // it shows, although it is late
            cause = halt;
            shared.events.log(Level.ERROR, halt);
            setState(BurrowState.HALTING);
            return;
        }
        if (halt != null && !isStopping()) {
            cause = halt;
            shared.events.log(Level.ERROR, halt);
            beginStop(BurrowState.HALTING, shared.config.drainTimeout().toNanos());
            return;
        }
        BurrowException freeze = shared.freezeCause();
        if (freeze != null && !isStopping() && state != BurrowState.FROZEN) {
            cause = freeze;
            shared.gateClosed = true; // a resume may have opened it after the cause was set
            shared.events.log(Level.ERROR, freeze);
            endDrain(false);
            setState(BurrowState.FROZEN);
        }
    }

    private void balance() {
        intake.stop(
                switch (state) {
                    case HALTING, FAILED -> BlockedReason.HALTED;
                    case FROZEN -> BlockedReason.FROZEN;
                    case DRAINING, CLOSING, CLOSED -> BlockedReason.DRAINING;
                    default -> {
                        if (shared.throttle.isOpen()) {
                            yield BlockedReason.BREAKER_OPEN;
                        }
                        yield state == BurrowState.PAUSED ? BlockedReason.PAUSED_BY_USER : BlockedReason.NONE;
                    }
                });
        if (isStopping()) {
            Rebalancer.stop(assignments.all());
        }
        if (!sourceBroken) {
            try {
                intake.balance();
            } catch (Throwable e) {
                sourceFailed(e);
            }
        }
    }

    private void sourceFailed(Throwable e) {
        sourceBroken = true;
        shared.halt(
                asBurrowException(e, "the source failed with " + e.getClass().getName()));
    }

    private void poll(boolean mayWait) {
        long now = shared.time.nanos();
        long nanos = mayWait ? pollNanos() : 0;
        if (sourceBroken) {
            shared.workers.await(this::isQuiet, Math.min(nanos, STOPPING_POLL_NANOS));
            return;
        }
        pollTime.pollStarts(now);
        try {
            // rounded up: a source that counts in milliseconds would spin through the last one
            extensions.source().poll(Duration.ofMillis((nanos + 999_999) / 1_000_000), intake);
        } catch (Throwable e) {
            sourceFailed(e);
        }
    }

    private long pollNanos() {
        long nanos = shared.config.pollTimeout().toNanos();
        if (isStopping() || state == BurrowState.DRAINING) {
            return Math.min(nanos, STOPPING_POLL_NANOS);
        }
        for (Assignment assignment : assignments.all()) {
            if (!assignment.held.isEmpty() && assignment.blocked == BlockedReason.NONE) {
                return 0; // there is room again for what is held back, and nobody else will say so
            }
            if (assignment.ledger.span() > 0 || !assignment.held.isEmpty()) {
                nanos = Math.min(nanos, BUSY_POLL_NANOS);
            }
        }
        if (!assignments.ending().isEmpty()) {
            nanos = Math.min(nanos, BUSY_POLL_NANOS);
        }
        return Math.min(nanos, Objects.requireNonNull(commits).nanosUntilDue());
    }

    private boolean isStopping() {
        return state == BurrowState.HALTING || state == BurrowState.CLOSING;
    }

    private boolean isQuiet() {
        return rebalancer.isQuiet(assignments.all())
                && rebalancer.isQuiet(assignments.ending())
                && shared.workers.inside(null) == 0;
    }

    private boolean isPast(long deadline) {
        return shared.time.nanos() - deadline >= 0;
    }

    private void beginStop(BurrowState to, long budgetNanos) {
        shared.gateClosed = true;
        rebalancer.leftUncommitted(); // what was before does not count
        deadlineNanos = shared.time.nanos() + budgetNanos;
        shared.stopBy(deadlineNanos);
        endDrain(false);
        setState(to);
    }

    /** The last steps: commit, leave, free. Nothing runs any more, or the time is up. */
    private void finish() {
        CloseResult result = new CloseResult(false, 0, List.of());
        try {
            result = ending.end(
                    Objects.requireNonNull(commits),
                    isQuiet(),
                    deadlineNanos,
                    () -> {
                        poll(false);
                        return !sourceBroken;
                    },
                    () -> {
                        lastInspection = inspections.inspect();
                        lastStats = lastInspection.stats();
                    });
        } catch (Throwable e) {
            shared.events
                    .log()
                    .atError()
                    .addKeyValue("error", e.getClass().getName())
                    .log("closing failed with {}", e.getClass().getName());
        } finally {
            setState(state == BurrowState.HALTING ? BurrowState.FAILED : BurrowState.CLOSED);
            lastHealth = reports.health(state, rebalancer.everAssigned(), cause);
            serve(questions);
            serve(commands);
            closed.complete(result);
        }
    }

    private static void serve(Queue<Runnable> queue) {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }

    private void setState(BurrowState to) {
        BurrowState from = state;
        if (from == to) {
            return;
        }
        state = to;
        shared.events
                .log()
                .atInfo()
                .addKeyValue("from", from)
                .addKeyValue("to", to)
                .log("{} -> {}", from, to);
        onState.accept(from, to);
    }

    private static BurrowException asBurrowException(Throwable e, String what) {
        return e instanceof BurrowException known ? known : new BurrowException(ErrorCode.SOURCE_FAILED, what, e);
    }

    // ---- a loop that does not answer ----

    /**
     * How long ago the loop began its turn. Any thread.
     *
     * @return a duration, not negative
     */
    public Duration sinceTurn() {
        return Duration.ofNanos(Math.max(0, shared.time.nanos() - turnedNanos));
    }

    /**
     * What is to be said of the whole while the loop does not answer: nothing of its partitions, which only the loop
     * may look at. Any thread.
     *
     * @param error why it does not answer; noted, once until the loop goes on
     * @return the health; not live any more once the transport must take the member for dead
     */
    public Health blockedHealth(BurrowException error) {
        noteBlocked(error);
        BurrowException known = cause;
        return new Health(
                known != null ? Health.Status.FAILED : Health.Status.DEGRADED,
                state,
                state != BurrowState.HALTING && sinceTurn().compareTo(pollInterval) < 0,
                false,
                List.of(),
                List.of(String.valueOf(error.getMessage())),
                shared.events.problems().count(),
                known);
    }

    /**
     * Notes that the loop does not answer. Any thread. Listeners are not told: one of them may be what keeps it.
     *
     * @param error why it does not answer
     */
    public void noteBlocked(BurrowException error) {
        if (!blockedNoted) {
            blockedNoted = true;
            shared.events.log(Level.ERROR, error);
            shared.events.remember(error);
        }
    }

    /**
     * How long an end may take that is to begin now, if everything keeps its own limits: a rebalance or commit that is
     * under way, running handlers, the last commits, leaving, the sink. Any thread.
     *
     * @param budgetNanos how long running handlers may take, in nanoseconds
     * @return nanoseconds
     */
    public long longestEndNanos(long budgetNanos) {
        BurrowConfig config = shared.config;
        long rebalance = Math.min(config.drainTimeout().toNanos(), pollInterval.toNanos() / 2);
        long leaving = Math.max(budgetNanos, config.commitTimeout().toNanos());
        return rebalance + budgetNanos + 3 * config.commitTimeout().toNanos() + 2 * leaving + SPARE_NANOS;
    }

    // ---- commands, from any thread ----

    /**
     * Runs a command on the loop thread, at the beginning of its next turn. Any thread.
     *
     * @param command what to do; must not throw
     */
    public void execute(Runnable command) {
        commands.add(command);
        wakeSource();
    }

    /**
     * Has a question answered on the loop thread, soon: also while it waits for handlers in a rebalance. Any thread.
     *
     * @param question what to find out; must change nothing and must not throw
     */
    public void ask(Runnable question) {
        questions.add(question);
        wakeSource();
    }

    /**
     * Lets handlers run and time pass: for who drives it without threads.
     *
     * @param nanos how long, in nanoseconds
     */
    public void pass(long nanos) {
        shared.workers.await(() -> false, nanos);
    }

    /** Lets running handlers go on while it stops, for a while: for who drives it without threads. */
    public void awaitWhileStopping() {
        if (isStopping()) {
            shared.workers.await(this::isQuiet, STOPPING_POLL_NANOS);
        }
    }

    /**
     * Stops for good, once running handlers ended or the time is up. Any thread.
     *
     * @param budgetNanos how long running handlers may take, in nanoseconds
     */
    public void close(long budgetNanos) {
        shared.gateClosed = true;
        shared.stopBy(shared.time.nanos() + budgetNanos); // at once: the loop may be waiting in a rebalance
        execute(() -> {
            if (isStopping()) {
                deadlineNanos = Math.min(deadlineNanos, shared.time.nanos() + budgetNanos);
            } else if (!state.isTerminal()) {
                beginStop(BurrowState.CLOSING, budgetNanos);
            }
        });
    }

    /**
     * How the end went. Any thread.
     *
     * @return completed when everything is closed
     */
    public CompletableFuture<CloseResult> closed() {
        return closed;
    }

    /**
     * Stops fetching, and says when all that is buffered is finished and committed. Any thread.
     *
     * @return true when it is; false if something else stopped it before
     */
    public CompletableFuture<Boolean> drain() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        execute(() -> {
            if (state.isTerminal() || isStopping() || state == BurrowState.FROZEN) {
                done.complete(false);
                return;
            }
            endDrain(false);
            drain = done;
            setState(BurrowState.DRAINING);
        });
        if (state.isTerminal()) { // perhaps nobody serves commands any more
            done.complete(false);
        }
        return done;
    }

    private void checkDrain() {
        CompletableFuture<Boolean> waiting = drain;
        if (waiting == null) {
            return;
        }
        if (waiting.isDone()) {
            endDrain(false); // the caller gave up
            setState(BurrowState.PAUSED);
            return;
        }
        for (Assignment assignment : assignments.all()) {
            long left = assignment.unfinished() - assignment.waiting(shared.config.parkedReleasesKey());
            if (left > 0 || !assignment.held.isEmpty() || assignment.pending.get() > 0) {
                return;
            }
            assignment.advance();
        }
        if (shared.workers.inside(null) > 0) {
            return; // it waited for its retry a moment ago, and may be counted among those that wait no more
        }
        Commits all = Objects.requireNonNull(commits);
        if (all.isRetryPending() && !all.isRetryDue()) {
            return;
        }
        if (all.commitNow(assignments.all(), all.timeout()) || !all.isRetryPending()) {
            endDrain(
                    assignments.all().stream().noneMatch(assignment -> assignment.isDirty() || assignment.isRefused()));
            setState(BurrowState.PAUSED);
        }
    }

    private void endDrain(boolean result) {
        CompletableFuture<Boolean> waiting = drain;
        drain = null;
        if (waiting != null) {
            waiting.complete(result);
        }
    }

    /** Stops fetching all partitions. Any thread. */
    public void pause() {
        execute(() -> {
            if (state == BurrowState.RUNNING) {
                setState(BurrowState.PAUSED);
            }
        });
    }

    /** Goes on after a pause, a drain or a freeze. Any thread. */
    public void resume() {
        execute(() -> {
            if (state == BurrowState.FROZEN) {
                shared.thaw();
                cause = null;
                shared.workers.wake();
            }
            if (state == BurrowState.PAUSED || state == BurrowState.DRAINING || state == BurrowState.FROZEN) {
                endDrain(false);
                setState(BurrowState.RUNNING);
            }
        });
    }

    /**
     * Stops or goes on with fetching one partition. Any thread.
     *
     * @param partition the partition
     * @param paused whether to stop
     */
    public void pause(TopicPartition partition, boolean paused) {
        execute(() -> {
            Assignment assignment = assignments.get(partition);
            if (assignment != null) {
                assignment.pausedByUser = paused;
            }
        });
    }

    /**
     * Lets a parked record go on. Any thread.
     *
     * @param partition its partition
     * @param offset its offset
     * @param deadLetter whether to the dead letters, or to another attempt
     * @return whether such a record was parked; failed if there is no sink
     */
    public CompletableFuture<Boolean> unpark(TopicPartition partition, long offset, boolean deadLetter) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        execute(() -> {
            try {
                Assignment assignment = assignments.get(partition);
                done.complete(assignment != null && failures.unpark(assignment, offset, deadLetter));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /**
     * Puts other settings in force. Any thread.
     *
     * @param config the settings, valid, and different only in what can change
     */
    public void configure(BurrowConfig config) {
        BurrowConfig before = shared.config;
        shared.configure(config);
        if (config.deadLetterBudget() != before.deadLetterBudget()
                || !config.deadLetterBudgetInterval().equals(before.deadLetterBudgetInterval())) {
            execute(() -> failures.askForBudgetAgain(assignments.all()));
        }
        wakeSource();
    }

    /**
     * The settings in force. Any thread.
     *
     * @return the settings
     */
    public BurrowConfig config() {
        return shared.config;
    }

    /**
     * The state. Any thread.
     *
     * @return the state
     */
    public BurrowState state() {
        return state;
    }

    /**
     * Why it halted, froze or failed. Any thread.
     *
     * @return the cause, or null
     */
    public @Nullable BurrowException cause() {
        return cause;
    }

    /**
     * Tells the listeners. Any thread.
     *
     * @param event what to tell
     */
    public void tell(Consumer<BurrowListener> event) {
        shared.events.tell(event);
    }

    /**
     * Counts.
     *
     * @return a snapshot
     */
    public Stats stats() {
        Stats last = lastStats;
        return last != null ? last : reports.stats();
    }

    /**
     * Says how it is.
     *
     * @return a snapshot
     */
    public Health health() {
        Health last = lastHealth;
        return last != null ? last : reports.health(state, rebalancer.everAssigned(), cause);
    }

    /**
     * Lists parked records.
     *
     * @return a snapshot
     */
    public List<ParkedRecord> parked() {
        return reports.parked();
    }

    /**
     * Looks at everything closely.
     *
     * @return a snapshot
     */
    public Inspection inspect() {
        Inspection last = lastInspection;
        return last != null ? last : inspections.inspect();
    }
}
