package io.burrow.it.run;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.WorkerThreads;
import java.util.concurrent.CompletableFuture;

/** What is done with each record. Any thread. */
public interface Work {
    /**
     * Does it.
     *
     * @return the handler
     */
    AsyncMessageHandler<byte[], byte[]> handler();

    /**
     * On which threads.
     *
     * @return {@link WorkerThreads#AUTO} unless it says otherwise
     */
    default WorkerThreads threads() {
        return WorkerThreads.AUTO;
    }

    /**
     * Tells when there is nobody left to work for.
     *
     * @return completed then; never, unless it says otherwise
     */
    default CompletableFuture<?> gone() {
        return new CompletableFuture<>();
    }

    /** The end has begun: what fails from now on may fail because of it, and is to stay unfinished. */
    default void stopping() {}

    /** Ends what still runs, and returns when that has ended. */
    default void abort() {}
}
