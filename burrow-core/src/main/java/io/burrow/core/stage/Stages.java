package io.burrow.core.stage;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.spi.Stage;
import io.burrow.core.host.StageHost;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The stages that ship. They compose in any order, with each other and with your own; the first given to
 * {@code BurrowBuilder.stage} is outermost.
 *
 * <p>What holds for all of them:
 *
 * <ul>
 *   <li>They see each <em>attempt</em>, retries included.
 *   <li>A function of yours that throws fails the attempt, as a handler that throws does. It is called by worker
 *       threads, by several at once.
 *   <li>A stage may be given to several Burrows; each has counts and memory of its own, which end with the process.
 *   <li>Where nothing has to wait, handlers run on the worker as without stages. A handler that had to wait for its
 *       start runs on a thread of its own, of the same kind as the workers ({@code BurrowConfig.workerThreads}). While
 *       it waits it holds no thread, but it counts as running: towards the concurrency, for its key's order, and on
 *       draining. It is not started any more once its attempt has ended otherwise.
 *   <li>Time is the Burrow's: in a {@link io.burrow.core.testing.SteppedBurrow} it is the test's clock. Timers end with
 *       the Burrow.
 * </ul>
 */
public final class Stages {
    /** Where {@link #mdc} puts the group. */
    public static final String MDC_GROUP = "burrow.group";

    /** Where {@link #mdc} puts the partition. */
    public static final String MDC_PARTITION = "burrow.partition";

    private Stages() {}

    /**
     * Lets only some records through to the handler. The others count as handled.
     *
     * @param wanted says which records the handler is to see
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> Stage<K, V> filter(Predicate<? super Message<K, V>> wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return wrapping(next -> message -> wanted.test(message) ? next.handle(message) : AsyncMessageHandler.done());
    }

    /**
     * Gives the handler another message in place of the record's own. It should keep topic, partition, offset and
     * attempt, which stages further in may look at. Burrow goes on with the record as it was: a dead letter, for
     * instance, has the original value.
     *
     * @param change makes the message that the handler sees; null fails the attempt
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> Stage<K, V> map(UnaryOperator<Message<K, V>> change) {
        Objects.requireNonNull(change, "change");
        return wrapping(next -> message -> {
            Message<K, V> changed = change.apply(message);
            if (changed == null) {
                throw new BurrowException(
                        ErrorCode.HANDLER_CONTRACT, "stage map: the function returned null instead of a message");
            }
            return next.handle(changed);
        });
    }

    /**
     * Gives the handler another value in place of the record's own, all else as it is. The message is then not of the
     * source's class any more: a handler that casts it has to use {@link #map}.
     *
     * @param change makes the value that the handler sees, or null, out of the record's value, or null
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> Stage<K, V> mapValue(UnaryOperator<@Nullable V> change) {
        Objects.requireNonNull(change, "change");
        return map(message -> new ValueMessage<>(message, change.apply(message.value())));
    }

    /**
     * Looks at each attempt before the handler does. A look that throws fails the attempt, and the handler is not
     * called: one that may fail and should not matter catches for itself.
     *
     * @param look what to do with the message
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> Stage<K, V> tap(Consumer<? super Message<K, V>> look) {
        Objects.requireNonNull(look, "look");
        return wrapping(next -> message -> {
            look.accept(message);
            return next.handle(message);
        });
    }

    /**
     * Puts a stage around the handler for some records only.
     *
     * <pre>{@code
     * Stages.when(message -> message.topic().equals("mails"), Stages.rateLimit(10, Duration.ofSeconds(1)))
     * }</pre>
     *
     * @param which says for which records
     * @param stage the stage
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a stage that passes the others on to the handler directly
     */
    public static <K, V> Stage<K, V> when(Predicate<? super Message<K, V>> which, Stage<K, V> stage) {
        Objects.requireNonNull(which, "which");
        Objects.requireNonNull(stage, "stage");
        return wrapping(next -> {
            AsyncMessageHandler<K, V> wrapped = stage.wrap(next);
            if (wrapped == null) {
                throw new BurrowException(
                        ErrorCode.HANDLER_CONTRACT, "stage when: the stage wrapped the handler into null");
            }
            return message -> which.test(message) ? wrapped.handle(message) : next.handle(message);
        });
    }

    /**
     * Fails an attempt that is not done in time, with a {@link java.util.concurrent.TimeoutException}. The time begins
     * when the attempt comes to this stage, and includes what it has to wait for in stages further in.
     *
     * <p>A synchronous handler is interrupted when the time is up, once. The attempt fails when it has returned, not
     * before, since until then the next record of its key must not start; whatever it returned or threw then, but for
     * an {@link Error}, which goes through. What it threw is the cause. So a handler that does not heed interrupts
     * holds its worker and its key for as long as it likes ({@code BurrowConfig.stuckAfter} tells), and one that has
     * done all its work, but late, does it again. The interrupt never reaches another record.
     *
     * <p>The stage that an asynchronous handler returned is not waited for any longer: the attempt fails at once, and
     * what completes the stage later changes nothing. What the handler began goes on, beside the retry perhaps, since
     * nobody but the handler can end it: give what it waits for a limit of its own that is shorter.
     *
     * @param limit how long an attempt may take, positive, at most 365 days
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     * @throws IllegalArgumentException if the limit is out of its range
     */
    public static <K, V> Stage<K, V> timeLimit(Duration limit) {
        Require.positive("limit", limit);
        return wrapping(next -> new TimeLimited<>(StageHost.current(), next, limit));
    }

    /**
     * Starts no more handlers than so many in a time: evenly spread, but after a rest a tenth of the permits may be
     * used at once. What may not start yet is started later, in the order in which it came.
     *
     * <p>For a limit on all records of a Burrow take {@code BurrowConfig.maxRecordsPerSecond}: it can be changed while
     * running, and what waits for it counts neither as running nor as slow. This stage is for a limit on a part:
     * {@linkplain #when on some records}, or only on what is not {@linkplain #filter filtered} or
     * {@linkplain #deduplicate skipped} further out; and for other times than seconds.
     *
     * <p>What waits holds its place in the concurrency: a Burrow of which most records wait here starts few others.
     *
     * @param permits how many handlers may start in that time, positive
     * @param per the time, positive, at most 365 days
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static <K, V> Stage<K, V> rateLimit(int permits, Duration per) {
        Require.positive("permits", permits);
        Require.positive("per", per);
        return wrapping(next -> new RateLimited<>(StageHost.current(), next, permits, per.toNanos()));
    }

    /**
     * Skips a record if another of the same identity was handled within the window, counted from when that was done: it
     * counts as handled. A record whose like is being handled now waits for what comes of it, and is handled itself if
     * the other fails; it waits no longer than the window.
     *
     * <p>Handled means that all further in succeeded, while the attempt was still waited for. The memory is this
     * Burrow's, in this process: it does not outlive a restart, and of records that other members of the group handle
     * it knows nothing. So it spares work and does not make anything exactly-once.
     *
     * @param identity says what a record is: equal identities ({@code equals}, arrays of bytes by content) are the same
     *     to it; null for a record that is always handled. It should be small and must not change
     * @param window for how long a handled identity is remembered, positive, at most 365 days
     * @param maxEntries how many handled identities are remembered, positive; beyond that the oldest are forgotten
     *     before their time
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static <K, V> Stage<K, V> deduplicate(
            Function<? super Message<K, V>, ? extends @Nullable Object> identity, Duration window, int maxEntries) {
        Objects.requireNonNull(identity, "identity");
        Require.positive("window", window);
        Require.positive("maxEntries", maxEntries);
        return wrapping(next -> new Deduplicated<>(StageHost.current(), next, identity, window.toNanos(), maxEntries));
    }

    /**
     * Puts the group and the record's partition ({@code orders-3}) into SLF4J's MDC while the handler is called, under
     * {@link #MDC_GROUP} and {@link #MDC_PARTITION}, so that the handler's own log lines bear them. Afterwards what was
     * there before is there again. The MDC is the calling thread's: give this stage last, next to the handler; what an
     * asynchronous handler goes on with elsewhere needs {@code MDC.getCopyOfContextMap()} taken along. An MDC that
     * throws is ignored.
     *
     * @param group the group's name, or whatever is to stand in its place
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the stage
     */
    public static <K, V> Stage<K, V> mdc(String group) {
        Objects.requireNonNull(group, "group");
        return wrapping(next -> new InMdc<>(MDC.getMDCAdapter(), group, next));
    }

    private static <K, V> Stage<K, V> wrapping(Stage<K, V> stage) {
        return next -> stage.wrap(Objects.requireNonNull(next, "next"));
    }
}
