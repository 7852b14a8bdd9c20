package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Drives an engine by a thread of its own: opens it, turns it until it is over. The thread is no daemon: it keeps the
 * process up.
 */
public final class EngineRunner {
    private final Engine<?, ?> engine;
    private final Thread thread;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    /**
     * Makes the thread; it is not started.
     *
     * @param engine the engine
     * @param threadName the name of the thread
     */
    public EngineRunner(Engine<?, ?> engine, String threadName) {
        this.engine = engine;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(false); // else it would be as the thread is that makes it
    }

    /**
     * Starts the thread and waits until the engine is open. An interrupt of the caller is kept for later: the source
     * may not be left half open.
     *
     * @throws BurrowException if it could not be opened
     */
    public void start() {
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                opened.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw (BurrowException) e.getCause();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether the caller is the loop.
     *
     * @return true on the loop thread
     */
    public boolean isLoopThread() {
        return Thread.currentThread() == thread;
    }

    /**
     * The name of the thread.
     *
     * @return the name
     */
    public String threadName() {
        return thread.getName();
    }

    /**
     * Which method of the user's, or of an adapter, the loop is inside of at this moment. Any thread; costs a stack
     * trace.
     *
     * @return class and method, or null if it is inside none
     */
    public @Nullable String userCode() {
        StackTraceElement[] frames = thread.getStackTrace();
        int called = Calls.called(frames);
        return called < 0 ? null : frames[called].getClassName() + "." + frames[called].getMethodName();
    }

    /**
     * Interrupts the loop: the last resort, when it does not come out of the user's code by itself and everything is to
     * end.
     */
    public void interrupt() {
        thread.interrupt();
    }

    /**
     * Waits for the end of the thread.
     *
     * @param millis how long at most; positive
     * @return whether it has ended
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean join(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    private void run() {
        try {
            engine.open();
        } catch (Throwable e) { // open makes a BurrowException of all it meets
            opened.completeExceptionally(e);
            return;
        }
        opened.complete(null);
        boolean more = true;
        while (more) {
            more = engine.turn(true);
        }
    }
}
