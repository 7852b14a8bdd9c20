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
import org.slf4j.LoggerFactory;

/**
 * Puts the parts together: the one assembly behind the builder and the Guice module.
 *
 * @param extensions what the user brings
 * @param config the settings
 * @param parts what drives it
 */
record Assembly<K, V>(Extensions<K, V> extensions, BurrowConfig config, Parts parts) {
    /**
     * What drives a Burrow.
     *
     * @param time the clock
     * @param workers the workers
     * @param random the randomness, for the calling thread
     * @param stepped whether a test drives it instead of threads
     */
    record Parts(Timekeeper time, Workers workers, Supplier<RandomGenerator> random, boolean stepped) {
        /** Threads and the system's clock; no thread is started yet. */
        static Parts threads(BurrowConfig config) {
            Timekeeper time = new SystemTimekeeper(threadName(config, "timer"));
            Workers workers = new ThreadWorkers(threadName(config, "worker"), virtual(config.workerThreads()), time);
            return new Parts(time, workers, ThreadLocalRandom::current, false);
        }
    }

    boolean stepped() {
        return parts.stepped();
    }

    String threadName(String role) {
        return threadName(config, role);
    }

    private static String threadName(BurrowConfig config, String role) {
        return "burrow-" + config.name() + "-" + role;
    }

    Engine<K, V> engine(BiConsumer<BurrowState, BurrowState> onState) {
        return new Engine<>(
                extensions,
                config,
                parts.time(),
                parts.workers(),
                parts.random(),
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
