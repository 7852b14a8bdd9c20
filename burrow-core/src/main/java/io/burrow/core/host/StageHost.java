package io.burrow.core.host;

import io.burrow.core.time.SystemTimekeeper;
import io.burrow.core.time.Timekeeper;
import io.burrow.core.worker.ThreadWorkers;
import io.burrow.core.worker.VirtualThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a Burrow lends to the stages in it: its clock, and threads of the kind that its workers are. So stages are
 * driven by the test's clock where the Burrow is, and what they have scheduled ends with it. A stage asks for it when
 * it wraps its handler. Any thread.
 */
public final class StageHost {
    private static final ThreadLocal<@Nullable StageHost> CURRENT = new ThreadLocal<>();

    private final Timekeeper time;
    private final Executor threads;
    /**
     * Makes a host.
     *
     * @param time the clock
     * @param threads who runs what may block; rejects what comes too late
     */
    public StageHost(Timekeeper time, Executor threads) {
        this.time = time;
        this.threads = threads;
    }

    /**
     * The host of the stage that wraps its handler now.
     *
     * @return the Burrow's; for a handler that is wrapped outside of any, one with the system's clock and daemon
     *     threads
     */
    public static StageHost current() {
        StageHost current = CURRENT.get();
        return current == null ? Nobodys.HOST : current;
    }

    /**
     * Is the host of all stages that wrap their handlers within a call.
     *
     * @param wrapping what wraps them, on the calling thread
     * @param <T> the type of the result
     * @return what the call returned
     */
    public <T> T lendTo(Supplier<T> wrapping) {
        StageHost before = CURRENT.get();
        CURRENT.set(this);
        try {
            return wrapping.get();
        } finally {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
        }
    }

    /**
     * The clock. What is scheduled with it must not block.
     *
     * @return the clock
     */
    public Timekeeper time() {
        return time;
    }

    /**
     * Runs something that may block, such as a handler.
     *
     * @param job what to run; must not throw
     * @throws RejectedExecutionException if the Burrow is closed, or no thread can be had
     */
    public void execute(Runnable job) {
        threads.execute(job);
    }

    /** Of a handler that is wrapped outside of a Burrow. One daemon thread, made when something is scheduled first. */
    private static final class Nobodys {
        static final StageHost HOST = host(new SystemTimekeeper("burrow-stages-timer"));

        private static StageHost host(Timekeeper time) {
            return new StageHost(time, new ThreadWorkers("burrow-stages", VirtualThreads.available(), time)::execute);
        }
    }
}
