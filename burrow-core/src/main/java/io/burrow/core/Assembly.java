package io.burrow.core;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.WorkerThreads;
import io.burrow.core.engine.Engine;
import io.burrow.core.engine.Extensions;
import io.burrow.core.time.SystemTimekeeper;
import io.burrow.core.time.Timekeeper;
import io.burrow.core.worker.ThreadWorkers;
import io.burrow.core.worker.VirtualThreads;
import io.burrow.core.worker.Workers;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Puts the parts together: the one assembly behind the builder and the Guice module.
 *
 * @param extensions what the user brings
 * @param config the settings
 * @param steps what drives it instead of threads, or null for threads
 */
record Assembly<K, V>(
        Extensions<K, V> extensions,
        BurrowConfig config,
        @Nullable Steps steps) {
    /**
     * What a test puts in place of threads and the system's clock.
     *
     * @param time the clock
     * @param workers the workers
     * @param random the randomness
     */
    record Steps(Timekeeper time, Workers workers, RandomGenerator random) {}

    boolean stepped() {
        return steps != null;
    }

    String threadName(String role) {
        return "burrow-" + config.name() + "-" + role;
    }

    Engine<K, V> engine(BiConsumer<BurrowState, BurrowState> onState) {
        Timekeeper time;
        Workers workers;
        Supplier<RandomGenerator> random;
        if (steps != null) {
            time = steps.time();
            workers = steps.workers();
            random = steps::random;
        } else {
            time = new SystemTimekeeper(threadName("timer"));
            workers = new ThreadWorkers(threadName("worker"), virtual(config.workerThreads()), time);
            random = ThreadLocalRandom::current;
        }
        return new Engine<>(
                extensions,
                config,
                time,
                workers,
                random,
                LoggerFactory.getLogger("io.burrow." + config.name()),
                onState);
    }

    private static boolean virtual(WorkerThreads kind) {
        if (kind == WorkerThreads.VIRTUAL && !VirtualThreads.available()) {
            throw new BurrowException(
                    ErrorCode.VIRTUAL_THREADS_MISSING,
                    "workerThreads is VIRTUAL and this is Java "
                            + Runtime.version().feature());
        }
        return kind != WorkerThreads.PLATFORM && VirtualThreads.available();
    }
}
