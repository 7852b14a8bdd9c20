package io.burrow.core;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.Inspection;
import io.burrow.api.ParkedRecord;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.core.engine.Engine;
import io.burrow.core.engine.EngineRunner;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs handlers over the records of a source, many at once, and commits what is finished up to the first gap: at least
 * once, in order of offsets, however the work finishes.
 *
 * <pre>{@code
 * Burrow<String, String> burrow = Burrow.<String, String>builder()
 *         .source(source)
 *         .handler(message -> send(message.value()))
 *         .build();
 * burrow.start();
 * ...
 * burrow.close();
 * }</pre>
 *
 * <p>Safe for use by any thread. A Burrow is used once: it is started once, and cannot be started again after it was
 * closed.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class Burrow<K, V> implements BurrowControl, AutoCloseable {
    private static final long ANSWER_MILLIS = 1_000;
    /** After so long the health is told without the loop. */
    private static final long HEALTH_MILLIS = 3_000;
    /** After so long beyond a commit other questions are given up. */
    private static final long QUESTION_MILLIS = 5_000;
    /** After so long commands are: they wait for a rebalance too. */
    private static final long COMMAND_MILLIS = 90_000;

    private static final long END_MILLIS = 5_000;
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Engine<K, V> engine;
    private final @Nullable EngineRunner runner;
    private final boolean hasSink;
    private final AtomicReference<Life> life = new AtomicReference<>(Life.NEW);

    /** Which of start and close came first. */
    private enum Life {
        NEW,
        STARTED,
        NEVER_STARTED
    }

    private final Object configLock = new Object();

    Burrow(Assembly<K, V> assembly) {
        this.hasSink = assembly.extensions().deadLetters() != null;
        this.engine = assembly.engine((from, to) -> announce(from, to));
        this.runner = assembly.stepped() ? null : new EngineRunner(engine, assembly.threadName("loop"));
    }

    /**
     * Starts to describe a Burrow.
     *
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a builder
     */
    public static <K, V> BurrowBuilder<K, V> builder() {
        return new BurrowBuilder<>();
    }

    private void announce(BurrowState from, BurrowState to) {
        engine.tell(listener -> listener.stateChanged(this, from, to, engine.cause()));
    }

    /**
     * Opens source and sink, and begins. Returns when the source is open, or says why it cannot be.
     *
     * @return this
     * @throws BurrowException if it was started before ({@link ErrorCode#ALREADY_STARTED}), was closed
     *     ({@link ErrorCode#CLOSED}), or the source or the sink cannot work; then nothing is left running
     */
    public Burrow<K, V> start() {
        if (!life.compareAndSet(Life.NEW, Life.STARTED)) {
            throw engine.state().isTerminal() || life.get() == Life.NEVER_STARTED
                    ? new BurrowException(ErrorCode.CLOSED, "cannot start again")
                    : new BurrowException(ErrorCode.ALREADY_STARTED, "start was called a second time");
        }
        engine.tell(listener -> listener.started(this));
        if (runner != null) {
            runner.start();
        } else {
            engine.open();
        }
        return this;
    }

    @Override
    public BurrowState state() {
        return engine.state();
    }

    @Override
    public BurrowConfig config() {
        return engine.config();
    }

    @Override
    public Stats stats() {
        return ask(engine::stats, questionMillis(), this::refuse);
    }

    @Override
    public Health health() {
        return ask(engine::health, HEALTH_MILLIS, () -> engine.blockedHealth(blocked()));
    }

    @Override
    public Inspection inspect() {
        return ask(engine::inspect, questionMillis(), this::refuse);
    }

    @Override
    public List<ParkedRecord> parked() {
        return ask(engine::parked, questionMillis(), this::refuse);
    }

    @Override
    public void pause() {
        requireRunning();
        engine.pause();
    }

    @Override
    public void resume() {
        requireRunning();
        engine.resume();
    }

    @Override
    public void pause(TopicPartition partition) {
        requireRunning();
        engine.pause(Objects.requireNonNull(partition, "partition"), true);
    }

    @Override
    public void resume(TopicPartition partition) {
        requireRunning();
        engine.pause(Objects.requireNonNull(partition, "partition"), false);
    }

    @Override
    public boolean retryParked(TopicPartition partition, long offset) {
        return unpark(partition, offset, false);
    }

    @Override
    public boolean deadLetterParked(TopicPartition partition, long offset) {
        return unpark(partition, offset, true);
    }

    private boolean unpark(TopicPartition partition, long offset, boolean deadLetter) {
        requireRunning();
        refuseOnLoop("a parked record was asked for");
        CompletableFuture<Boolean> done =
                engine.unpark(Objects.requireNonNull(partition, "partition"), offset, deadLetter);

        if (runner == null) {
            engine.turn(false);
        }
        return await(done, () -> false, COMMAND_MILLIS, this::refuse);
    }

    @Override
    public BurrowConfig reconfigure(UnaryOperator<BurrowConfig.Builder> change) {
        synchronized (configLock) {
            BurrowConfig now = engine.config();
            BurrowConfig next = change.apply(now.toBuilder()).build();
            RuntimeSettings.check(now, next, hasSink);
            engine.configure(next);
            return next;
        }
    }

    @Override
    public boolean drain(Duration timeout) throws InterruptedException {
        requireRunning();
        refuseOnLoop("drain was called");
        CompletableFuture<Boolean> done = engine.drain();
        if (runner == null) {
            for (long left = nanos(timeout) / 1_000_000; left > 0 && !done.isDone() && engine.turn(false); left--) {
                engine.pass(1_000_000);
            }
            done.complete(false);
            engine.turn(false);
            return done.join();
        }
        try {
            return done.get(Math.max(0, nanos(timeout)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            done.complete(false);
            return false;
        } catch (ExecutionException e) {
            throw new BurrowException(ErrorCode.INTERNAL, "drain failed", e.getCause());
        }
    }

    /**
     * Closes with {@link BurrowConfig#closeTimeout()} for running handlers. Calling it again, or before {@link #start},
     * does nothing.
     */
    @Override
    public void close() {
        close(config().closeTimeout());
    }

    /**
     * Stops: nothing is fetched or started any more, running handlers and dead letters under way are waited for, what
     * is finished is committed, the group is left, and all threads end. Records that are buffered, parked or wait for a
     * retry stay unfinished and are delivered again. Must not be called by a handler, which would wait for itself.
     *
     * <p>Where a listener, the source or another part of the user's keeps the loop beyond all limits, the loop is
     * interrupted; if it does not come out of there even so, this returns all the same, and the result names its
     * thread.
     *
     * @param timeout how long running handlers may take, not negative; commit and leaving may take as long again as
     *     their own limits
     * @return how it went; the same result when it is called again
     * @throws IllegalArgumentException if the timeout is negative
     */
    public CloseResult close(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        if (life.compareAndSet(Life.NEW, Life.NEVER_STARTED) || life.get() == Life.NEVER_STARTED) {
            return new CloseResult(true, 0, List.of());
        }
        refuseOnLoop("close was called");
        engine.close(nanos(timeout));
        if (runner == null) {
            while (engine.turn(false)) {
                engine.awaitWhileStopping();
            }
            return engine.closed().join();
        }
        return awaitEnd(runner, nanos(timeout));
    }

    private CloseResult awaitEnd(EngineRunner loop, long budgetNanos) {
        boolean interrupted = false;
        CompletableFuture<CloseResult> closed = engine.closed();
        long deadline = System.nanoTime() + engine.longestEndNanos(budgetNanos);
        boolean urged = false;
        while (!closed.isDone()) {
            try {
                closed.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true; // whoever closes wants it closed
            } catch (TimeoutException e) {
                if (urged) {
                    engine.noteBlocked(blocked());
                    closed.complete(new CloseResult(false, -1, List.of(loop.threadName())));
                } else {
                    loop.interrupt();
                    urged = true;
                    deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
                }
            } catch (ExecutionException e) {
                throw new BurrowException(ErrorCode.INTERNAL, "close failed", e.getCause());
            }
        }
        try {
            if (engine.state().isTerminal()) {
                loop.join(END_MILLIS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return closed.join();
    }

    private static long nanos(Duration duration) {
        return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
    }

    /**
     * Does one turn of the loop, without waiting. For a Burrow that is driven by steps; not safe for use by several
     * threads.
     *
     * @return false when everything is over and closed
     * @throws IllegalStateException if a thread drives it
     */
    public boolean turn() {
        if (runner != null) {
            throw new IllegalStateException("a thread drives this Burrow");
        }
        return engine.turn(false);
    }

    /** The loop cannot wait for itself. Refused before anything is done. */
    private void refuseOnLoop(String what) {
        if (runner != null && runner.isLoopThread()) {
            throw new BurrowException(ErrorCode.INTERNAL, what + " on the loop thread, by a listener");
        }
    }

    private void requireRunning() {
        BurrowState state = engine.state();
        if (state.isTerminal()) {
            throw new BurrowException(ErrorCode.CLOSED, "this Burrow is " + state);
        }
        if (life.get() != Life.STARTED) {
            throw new BurrowException(ErrorCode.NOT_STARTED, "this Burrow is not started");
        }
    }

    /** Asks the loop, which owns the answer; asks for itself where there is no loop (any more). */
    private <T> T ask(Supplier<T> question, long limitMillis, Supplier<T> onSilence) {
        if (runner == null
                || runner.isLoopThread()
                || life.get() != Life.STARTED
                || engine.state().isTerminal()) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        engine.ask(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });

        return await(answer, question, limitMillis, onSilence);
    }

    /** What keeps the loop from answering. */
    private BurrowException blocked() {
        String where = runner == null ? null : runner.userCode();
        return new BurrowException(
                ErrorCode.LOOP_BLOCKED,
                "the loop does not answer: it is " + (where == null ? "at its own work" : "inside of " + where)
                        + " since " + engine.sinceTurn().toMillis() + " ms");
    }

    /** The loop may be in a commit. */
    private long questionMillis() {
        return config().commitTimeout().toMillis() + QUESTION_MILLIS;
    }

    private <T> T refuse() {
        throw blocked();
    }

    /** Waits for what the loop answers; falls back where the loop is gone. */
    private <T> T await(CompletableFuture<T> answer, Supplier<T> fallback, long limitMillis, Supplier<T> onSilence) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        while (true) {
            try {
                return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (engine.state().isTerminal()) {
                    return fallback.get();
                }
                if (System.nanoTime() - deadline >= 0) {
                    return onSilence.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BurrowException(ErrorCode.INTERRUPTED, "interrupted while waiting for the loop", e);
            } catch (ExecutionException e) {

                if (e.getCause() instanceof BurrowException known) {
                    throw known;
                }
                throw new BurrowException(ErrorCode.INTERNAL, "the loop's answer failed", e.getCause());
            }
        }
    }
}
