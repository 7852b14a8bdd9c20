package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

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
