package io.burrow.core.worker;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who runs handlers: threads, or a test that steps. What is ready is the {@link WorkerTask}'s matter; workers are only
 * told that there is something.
 */
public interface Workers {
    /**
     * Begins. Called once, before anything is ready.
     *
     * @param task what to do
     * @param concurrency how many workers there may be, positive
     */
    void start(WorkerTask task, int concurrency);

    /** Something became ready. Any thread; cheap when all work already. */
    void wake();

    /**
     * Runs a job of its own, beside what is ready: on a thread of the same kind as the workers, but none of them. Any
     * thread.
     *
     * @param job what to run; may block, must not throw
     * @throws RejectedExecutionException if it is closed, or no thread can be had
     */
    void execute(Runnable job);

    /**
     * Changes how many workers there may be. Any thread. Those too many end after what they run.
     *
     * @param concurrency how many, positive
     */
    void resize(int concurrency);

    /**
     * How many workers are inside a scope. Any thread.
     *
     * @param scope the scope, or null for any
     * @return a number of workers
     */
    int inside(@Nullable Object scope);

    /**
     * Shows every worker that may be handling something. Any thread.
     *
     * @param visitor takes the workers
     */
    void forEach(Consumer<? super Worker> visitor);

    /**
     * Waits on the loop thread, while workers go on.
     *
     * @param condition what to wait for; looked at again and again
     * @param timeoutNanos how long to wait at most, in nanoseconds
     * @return whether it came true
     */
    boolean await(BooleanSupplier condition, long timeoutNanos);

    /**
     * Ends. Workers and jobs that run something are waited for; those that do not end in time are left behind as
     * daemons. Called once.
     *
     * @param timeoutNanos how long to wait at most, in nanoseconds
     * @return the names of the threads left behind at work
     */
    List<String> close(long timeoutNanos);
}
