package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.RecordOutcome;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the listeners, and contains what they throw: a listener that fails is reported once and called on. Any thread.
 * Also the one place that logs: positions and classes, never contents of a record.
 */
final class Events {
    private static final int MOST_PROBLEMS = 16;

    private final Logger log;
    private final List<BurrowListener> listeners;
    private final List<BurrowListener> recordListeners;
    private final Set<Object> reported = ConcurrentHashMap.newKeySet();
    private final LineLimit exhausted = new LineLimit();
    private final Map<ErrorCode, LineLimit> warned = new ConcurrentHashMap<>();

    // guarded by problems
    private final Deque<String> problems = new ArrayDeque<>();
    private long problemCount;

    /**
     * What was contained since the start.
     *
     * @param newest the last of them, newest last
     * @param count how many there were in all
     */
    record Problems(List<String> newest, long count) {}

    Events(Logger log, List<BurrowListener> listeners) {
        this.log = log;
        this.listeners = List.copyOf(listeners);
        this.recordListeners =
                this.listeners.stream().filter(this::wantsRecords).toList();
    }

    private boolean wantsRecords(BurrowListener listener) {
        try {
            return listener.wantsRecords();
        } catch (Throwable e) {
            misbehaved(listener, e);
            return false;
        }
    }

    Logger log() {
        return log;
    }

    boolean wantsRecords() {
        return !recordListeners.isEmpty();
    }

    void tell(Consumer<BurrowListener> event) {
        for (BurrowListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) {
                misbehaved(listener, e);
            }
        }
    }

    void recordFinished(Delivery delivery, RecordOutcome outcome, long startedNanos, long endedNanos) {
        boolean ran = delivery.attempts() > 0;
        for (BurrowListener listener : recordListeners) {
            try {
                listener.recordFinished(
                        delivery.assignment().partition,
                        delivery.record().offset(),
                        outcome,
                        delivery.attempts(),
                        Math.max(0, startedNanos - delivery.fetchedNanos()),
                        ran ? Math.max(0, endedNanos - startedNanos) : 0);
            } catch (Throwable e) {
                misbehaved(listener, e);
            }
        }
    }

    /**
     * Reports an error that was contained: always to the listeners, to the log and the health once for each culprit.
     */
    void contained(Object culprit, BurrowException error) {
        tell(listener -> listener.error(error));
        if (reported.size() < 1_000 && reported.add(List.of(error.code(), culprit))) {
            log(Level.ERROR, error);
            remember(error);
        }
    }

    /** Logs an error in a line of its own. */
    void log(Level level, BurrowException error) {
        log(level, error, 0);
    }

    private void log(Level level, BurrowException error, long others) {
        LoggingEventBuilder line = log.atLevel(level).addKeyValue("code", error.code());
        (others == 0 ? line : line.addKeyValue("others", others))
                .log("{}", error.getMessage()); // not the cause: its message is the user's and may hold contents
    }

    /**
     * Reports what broke its contract, if that is what a failure is: it names the culprit, and goes on as a failure.
     */
    void broken(Throwable thrown) {
        if (thrown instanceof BurrowException error
                && (error.code() == ErrorCode.HANDLER_CONTRACT || error.code() == ErrorCode.SOURCE_CONTRACT)) {
            contained(String.valueOf(error.getMessage()), error);
        }
    }

    /**
     * Reports something that happens again and again, each time with another position: to the log at most once a second
     * for each code.
     */
    void warn(BurrowException error, long nowNanos) {
        tell(listener -> listener.error(error));
        LineLimit limit = warned.computeIfAbsent(error.code(), code -> new LineLimit());
        if (limit.allows(nowNanos)) {
            log(Level.WARN, error, limit.others());
        }
        remember(error);
    }

    /** Logs a record that is exhausted, at most one a second: position, attempts and class. Any thread. */
    void exhausted(Failure failure, long nowNanos) {
        if (!exhausted.allows(nowNanos)) {
            return;
        }
        log.atWarn()
                .addKeyValue("error", failure.cause().getClass().getName())
                .addKeyValue("partition", failure.partition())
                .addKeyValue("offset", failure.offset())
                .addKeyValue("attempts", failure.attempt())
                .log(
                        "exhausted {}@{} at attempt {}: {} ({} others since the last line)",
                        failure.partition(),
                        failure.offset(),
                        failure.attempt(),
                        failure.cause().getClass().getName(),
                        exhausted.others());
    }

    void remember(BurrowException error) {
        synchronized (problems) {
            if (problems.size() == MOST_PROBLEMS) {
                problems.removeFirst();
            }
            problems.addLast(String.valueOf(error.getMessage()));
            problemCount++;
        }
    }

    Problems problems() {
        synchronized (problems) {
            return new Problems(List.copyOf(problems), problemCount);
        }
    }

    private void misbehaved(BurrowListener listener, Throwable e) {
        String name = listener.getClass().getName();
        if (reported.add(name)) {
            BurrowException error = new BurrowException(
                    ErrorCode.LISTENER_FAILED,
                    "listener " + name + " threw " + e.getClass().getName());
            log(Level.ERROR, error);
            remember(error);
            tellOthers(listener, error);
        }
    }

    private void tellOthers(BurrowListener culprit, BurrowException error) {
        for (BurrowListener other : listeners) {
            if (other != culprit) {
                try {
                    other.error(error);
                } catch (Throwable e) {
                    misbehaved(other, e); // each but once, so this ends
                }
            }
        }
    }
}
