package io.burrow.api;

/** The kind of thread that runs handlers. */
public enum WorkerThreads {
    /** Virtual threads where the runtime has them (Java 21 and later), else platform threads. The default. */
    AUTO,

    /** Platform threads, one for each unit of concurrency. */
    PLATFORM,

    /** Virtual threads, one for each unit of concurrency; refused at the start where the runtime has none. */
    VIRTUAL
}
