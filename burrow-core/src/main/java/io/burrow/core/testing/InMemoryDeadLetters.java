package io.burrow.core.testing;

import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A sink that keeps dead letters in a list, and fails or waits on request. Every method may be called by any thread and
 * returns at once. What depends on a stage runs on the thread that completes it: that of {@link #send}, or of
 * {@link #release} and {@link #failHeld} for letters that were held.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class InMemoryDeadLetters<K, V> implements DeadLetterSink<K, V> {
    private final Object lock = new Object();
    private final List<DeadLetter<K, V>> letters = new ArrayList<>();
    private final List<Held<K, V>> held = new ArrayList<>();
    private int failures;
    private int throwing;
    private int sends;
    private boolean holding;
    private boolean opened;
    private boolean closed;

    /** Makes a sink without letters. */
    public InMemoryDeadLetters() {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException on request: see {@link #throwNext}
     */
    @Override
    public CompletionStage<?> send(DeadLetter<K, V> letter) {
        synchronized (lock) {
            sends++;
            if (throwing > 0) {
                throwing--;
                throw new IllegalStateException("the sink was asked to throw");
            }
            if (failures > 0) {
                failures--;
                return CompletableFuture.failedStage(failed());
            }
            if (holding) {
                Held<K, V> waiting = new Held<>(letter, new CompletableFuture<>());
                held.add(waiting);
                return waiting.answer;
            }
            letters.add(letter);
            return CompletableFuture.completedStage(null);
        }
    }

    @Override
    public void open() {
        synchronized (lock) {
            opened = true;
        }
    }

    @Override
    public void close(Duration timeout) {
        synchronized (lock) {
            closed = true;
        }
    }

    /**
     * The letters that were acknowledged.
     *
     * @return a copy, in the order of acknowledgement
     */
    public List<DeadLetter<K, V>> letters() {
        synchronized (lock) {
            return List.copyOf(letters);
        }
    }

    /**
     * The letters that wait for their acknowledgement.
     *
     * @return a copy, in the order in which they were sent
     */
    public List<DeadLetter<K, V>> held() {
        synchronized (lock) {
            return held.stream().map(Held::letter).toList();
        }
    }

    /**
     * How often {@link #send} was called, failures included.
     *
     * @return the number
     */
    public int sends() {
        synchronized (lock) {
            return sends;
        }
    }

    /**
     * Whether {@link #open} was called.
     *
     * @return true if so
     */
    public boolean isOpened() {
        synchronized (lock) {
            return opened;
        }
    }

    /**
     * Whether {@link #close} was called.
     *
     * @return true if so
     */
    public boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /**
     * Makes the stages of the next letters fail, with an {@link IllegalStateException}.
     *
     * @param count how many more, not negative
     */
    public void failNext(int count) {
        Require.atLeast(0, "count", count);
        synchronized (lock) {
            failures += count;
        }
    }

    /**
     * Makes the next calls of {@link #send} throw. They come before those that fail.
     *
     * @param count how many more, not negative
     */
    public void throwNext(int count) {
        Require.atLeast(0, "count", count);
        synchronized (lock) {
            throwing += count;
        }
    }

    /** Leaves letters without acknowledgement from now on. */
    public void hold() {
        synchronized (lock) {
            holding = true;
        }
    }

    /** Acknowledges the letters that were held, in order, and holds no more. */
    public void release() {
        List<Held<K, V>> released;
        synchronized (lock) {
            holding = false;
            released = List.copyOf(held);
            held.clear();
            released.forEach(each -> letters.add(each.letter));
        }
        released.forEach(each -> each.answer.complete(null));
    }

    /** Fails the letters that were held, in order, and holds no more. */
    public void failHeld() {
        List<Held<K, V>> failing;
        synchronized (lock) {
            holding = false;
            failing = List.copyOf(held);
            held.clear();
        }
        failing.forEach(each -> each.answer.completeExceptionally(failed()));
    }

    private static IllegalStateException failed() {
        return new IllegalStateException("the sink was asked to fail");
    }

    private record Held<K, V>(DeadLetter<K, V> letter, CompletableFuture<Object> answer) {}
}
