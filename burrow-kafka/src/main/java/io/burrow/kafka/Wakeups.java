package io.burrow.kafka;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps wakeups where they belong: in a poll that waits, and in a question that outlasts its limit.
 *
 * <p>The client's own {@code wakeup()} is remembered by it until the next call that blocks, whichever that is: a
 * commit, a look-up of positions in a rebalance callback. There it only does harm. So the client is woken while the
 * loop waits in {@code poll} and at no other time; a wakeup that comes at another time makes the next poll wait no time
 * at all. A wakeup can still slip through between the look at {@link #waiting} and the call: {@link #shielded} takes
 * the blow and asks again.
 *
 * <p>Why no wakeup is lost: the waking thread sets {@link #requested} and then reads {@link #waiting}; the loop sets
 * {@code waiting} and then reads {@code requested}. Both are volatile, so at least one of the two sees the other.
 */
final class Wakeups {
    /** How much later than its limit the client may end a question by itself. */
    private static final Duration GRACE = Duration.ofMillis(100);

    private final Consumer<?, ?> consumer;

    /** Its thread is there while questions are asked, and some seconds more. */
    private final ScheduledExecutorService timer;

    /** Set by any thread, taken by the loop. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** Written by the loop, read by any thread. */
    private volatile boolean waiting;

    Wakeups(Consumer<?, ?> consumer) {
        this(consumer, newTimer());
    }

    /** With a timer of its own, which it closes. */
    Wakeups(Consumer<?, ?> consumer, ScheduledExecutorService timer) {
        this.consumer = consumer;
        this.timer = timer;
    }

    /** Any thread. */
    void wakeup() {
        requested.set(true);
        if (waiting) {
            consumer.wakeup();
        }
    }

    /**
     * Loop thread: the client may be woken from here on. Returns whether it need not wait, because it was woken before.
     */
    boolean beginWait() {
        waiting = true;
        return requested.getAndSet(false);
    }

    /** Loop thread: the client must not be woken any more. */
    void endWait() {
        waiting = false;
    }

    /** Loop thread: the poll ended because of the wakeup. */
    void delivered() {
        requested.set(false);
    }

    /**
     * Runs a rebalance callback, within which the client must not be woken; a wakeup meant for the poll around it comes
     * after it.
     */
    void pausedWait(Runnable callback) {
        boolean waited = waiting;
        waiting = false;
        try {
            callback.run();
        } finally {
            waiting = waited;
            if (waited && requested.get()) {
                consumer.wakeup();
            }
        }
    }

    /**
     * Makes a call of the client that a stray wakeup or an interrupt would break, and makes it again if one did, until
     * the deadline. The wakeup is kept for the next poll, the interrupt for whoever set it.
     */
    <T> T shielded(Deadline deadline, Supplier<T> call) {
        return shielded(deadline, call, () -> false);
    }

    /** The same; a wakeup that ends the call is not kept, and ends it whatever the time. */
    private <T> T shielded(Deadline deadline, Supplier<T> call, BooleanSupplier ended) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                RuntimeException struck;
                try {
                    return call.get();
                } catch (WakeupException e) {
                    if (ended.getAsBoolean()) {
                        throw e;
                    }
                    requested.set(true);
                    struck = e;
                } catch (InterruptException e) {
                    interrupted = true;
                    struck = e;
                    Thread.interrupted(); // the client has set it again
                }
                if (deadline.isOver()) {
                    throw struck;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Asks the client what it finds out from the brokers, and ends that at the deadline. Under
     * {@code group.protocol=consumer} the client does not: its own thread gives questions up when it happens to wake
     * (kafka-clients 4.4.0: after 5 s at the latest). What is committed and positions can be broken off by a wakeup,
     * where logs begin and end cannot. A wakeup that comes as the answer does strikes the next call, which is shielded,
     * or a poll.
     *
     * @throws TimeoutException if there was no answer in time
     */
    <T> T answer(Deadline deadline, Supplier<T> question) {
        AtomicBoolean over = new AtomicBoolean();
        Future<?> limit = limit(deadline.left().plus(GRACE), () -> {
            over.set(true);
            consumer.wakeup();
        });
        try {
            return shielded(deadline, question, over::get);
        } catch (WakeupException e) {
            throw new TimeoutException("there was no answer in time", e);
        } finally {
            if (limit != null) {
                limit.cancel(false);
            }
        }
    }

    private @Nullable Future<?> limit(Duration time, Runnable over) {
        try {
            return timer.schedule(over, time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (OutOfMemoryError | RejectedExecutionException e) {
            return null; // no thread, or closed: then the client ends it in its own time
        }
    }

    /** Nothing is asked any more. */
    void close() {
        timer.shutdownNow();
    }

    private static ScheduledExecutorService newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "burrow-kafka-questions");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** The same for a call without a result. */
    void run(Deadline deadline, Runnable call) {
        shielded(deadline, () -> {
            call.run();
            return Boolean.TRUE;
        });
    }
}
