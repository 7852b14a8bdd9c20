package io.burrow.core.worker;

import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.Taker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One worker: a place that says what is being worked on. Written by the thread that works, read by the loop.
 *
 * <p>{@link #enter} makes the scope visible before anything that the worker reads afterwards. So of a worker that
 * enters a scope and then looks whether it is open, and a loop that closes the scope and then looks who is inside, at
 * least one sees the other; a worker needs no shared counter to be waited for.
 */
public final class Worker implements Taker {
    private final int index;
    private @Nullable Entry spare;
    private volatile @Nullable Object scope;

    private static final VarHandle JOB;

    static {
        try {
            JOB = MethodHandles.lookup().findVarHandle(Worker.class, "job", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // what it handles now; read by the loop at its leisure, so no fence is paid for it
    private @Nullable Object job;
    private long jobStartedNanos;

    /** A reading of the clock that was not made. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /**
     * So many jobs in a row tell whether their worker is brisk: if they took less than this on average, and some time.
     */
    private static final int BRISK_JOBS = 64;

    private static final long BRISK_NANOS = 1_000;

    // worker thread only
    private long endedNanos = UNKNOWN;
    private long paceNanos;
    private int jobs;
    private long jobsBeganNanos;

    // of ThreadWorkers
    @Nullable
    Thread thread;

    volatile boolean signalled;
    boolean woken;
    /** Whether it said that it copes alone, and did not take that back. */
    boolean gaveWord;

    /**
     * Makes a worker.
     *
     * @param index its number, from 0
     */
    public Worker(int index) {
        this.index = index;
    }

    /**
     * Its number.
     *
     * @return a number from 0
     */
    public int index() {
        return index;
    }

    /**
     * Begins to work within a scope, or goes on in it. Worker thread.
     *
     * @param entered the scope
     */
    public void enter(Object entered) {
        if (scope != entered) {
            scope = entered;
        }
    }

    /**
     * Says what it handles from now on. Worker thread.
     *
     * @param begun what
     * @param startedNanos when it began, in nanoseconds
     */
    public void begin(Object begun, long startedNanos) {
        long took = startedNanos - jobsBeganNanos;
        if (took >= BRISK_JOBS * BRISK_NANOS) {
            paceNanos = 0;
            jobs = 0;
            jobsBeganNanos = startedNanos;
        } else if (++jobs == BRISK_JOBS) {
            paceNanos = took > 0 ? Math.max(1, took / BRISK_JOBS) : 0; // a clock that stands still tells nothing
            jobs = 0;
            jobsBeganNanos = startedNanos;
        }
        jobStartedNanos = startedNanos;
        JOB.setRelease(this, begun);
    }

    /**
     * How long its jobs took of late, if that was no time to speak of: then it is brisk. Worker thread.
     *
     * @return nanoseconds for each, or 0 if it is not brisk, or has rested since
     */
    public long paceNanos() {
        return paceNanos;
    }

    /**
     * What it handles, for who watches: soon after it began and until soon after it ended. Any thread.
     *
     * @return what was begun last, or null
     */
    public @Nullable Object job() {
        return JOB.getAcquire(this);
    }

    /**
     * When the {@link #job} began, read after it. Any thread.
     *
     * @return nanoseconds; of that job or of a later one
     */
    public long jobStartedNanos() {
        return jobStartedNanos;
    }

    @Override
    public @Nullable Entry takeSpare() {
        Entry kept = spare;
        spare = null;
        return kept;
    }

    @Override
    public void keepSpare(Entry entry) {
        spare = entry;
    }

    /**
     * Interrupts its thread, if it has one of its own and still handles a job. What it then interrupts may just have
     * ended: handlers are followed by a look at the interrupt.
     *
     * @param seen the job
     */
    public void interrupt(Object seen) {
        Thread own = thread;
        if (own != null && job() == seen) {
            own.interrupt();
        }
    }

    /**
     * What its thread is inside of at this moment. Any thread; costs a stack trace.
     *
     * @return the stack, the innermost frame first; empty if it has no thread of its own
     */
    public StackTraceElement[] stack() {
        Thread own = thread;
        return own == null ? new StackTraceElement[0] : own.getStackTrace();
    }

    /** Handles nothing at this moment, and stays in its scope. Worker thread. */
    public void end() {
        job = null;
    }

    /**
     * Remembers when its last job ended: if it goes on with another one at once, that begins then, and the clock need
     * not be read again. Worker thread.
     *
     * @param nanos nanoseconds, or {@link #UNKNOWN}
     */
    public void keepEnd(long nanos) {
        endedNanos = nanos;
    }

    /**
     * When its last job ended, if it has gone on since, and only once. Worker thread.
     *
     * @return nanoseconds, or {@link #UNKNOWN}
     */
    public long takeEnd() {
        long ended = endedNanos;
        endedNanos = UNKNOWN;
        return ended;
    }

    /** Works on nothing any more. Worker thread. */
    public void leave() {
        endedNanos = UNKNOWN;
        paceNanos = 0;
        jobs = 0;
        jobsBeganNanos = jobStartedNanos;
        job = null;
        scope = null;
    }

    /**
     * What it works within. Any thread.
     *
     * @return the scope, or null if it works on nothing
     */
    public @Nullable Object scope() {
        return scope;
    }
}
