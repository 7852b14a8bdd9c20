package io.burrow.core;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.Sizer;
import io.burrow.api.spi.Stage;
import io.burrow.core.engine.Extensions;
import io.burrow.core.host.Demanding;
import io.burrow.core.host.StageHost;
import io.burrow.core.time.Timekeeper;
import io.burrow.core.worker.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link Burrow}. Needed are a source and one handler; everything else has a default. Not safe for use by
 * several threads.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class BurrowBuilder<K, V> {
    private final List<Stage<K, V>> stages = new ArrayList<>();
    private final List<BurrowListener> listeners = new ArrayList<>();
    private BurrowConfig config = BurrowConfig.defaults();
    private @Nullable MessageSource<K, V> source;
    private @Nullable OffsetCommitter committer;
    private @Nullable AsyncMessageHandler<K, V> handler;
    private @Nullable BatchMessageHandler<K, V> batchHandler;
    private @Nullable DeadLetterSink<K, V> deadLetters;
    private @Nullable Sizer<K, V> sizer;
    /** The class of the handler as it was given. */
    private @Nullable String handlerName;

    private boolean async;
    private int handlers;
    private Assembly.@Nullable Parts steps;

    BurrowBuilder() {}

    /**
     * Where records come from.
     *
     * @param newSource the source; used by this Burrow alone, which opens and closes it
     * @return this
     */
    public BurrowBuilder<K, V> source(MessageSource<K, V> newSource) {
        source = given("source", newSource);
        return this;
    }

    /**
     * Where commit points go, if not to the source's own committer.
     *
     * @param newCommitter the committer
     * @return this
     */
    public BurrowBuilder<K, V> committer(OffsetCommitter newCommitter) {
        committer = given("committer", newCommitter);
        return this;
    }

    /**
     * What to do with each message; it is done when the call returns.
     *
     * @param newHandler the handler
     * @return this
     */
    public BurrowBuilder<K, V> handler(MessageHandler<? super K, ? super V> newHandler) {
        handler = AsyncMessageHandler.of(given("handler", newHandler));
        handlerName = newHandler.getClass().getName();
        handlers++;
        return this;
    }

    /**
     * What to do with each message; it is done when the returned stage completes.
     *
     * @param newHandler the handler
     * @return this
     */
    public BurrowBuilder<K, V> asyncHandler(AsyncMessageHandler<K, V> newHandler) {
        handler = given("asyncHandler", newHandler);
        handlerName = newHandler.getClass().getName();
        async = true;
        handlers++;
        return this;
    }

    /**
     * What to do with several messages at once. Stages cannot be put around it.
     *
     * @param newHandler the handler
     * @return this
     */
    public BurrowBuilder<K, V> batchHandler(BatchMessageHandler<K, V> newHandler) {
        batchHandler = given("batchHandler", newHandler);
        handlerName = newHandler.getClass().getName();
        handlers++;
        return this;
    }

    /**
     * Puts a stage around the handler, inside of those given before. {@link io.burrow.core.stage.Stages} has some to
     * choose from; one of your own is a lambda.
     *
     * @param stage the stage
     * @return this
     */
    public BurrowBuilder<K, V> stage(Stage<K, V> stage) {
        stages.add(given("stage", stage));
        return this;
    }

    /**
     * Where exhausted records go, unless the settings or the retry policy say otherwise.
     *
     * @param sink the sink; used by this Burrow alone, which opens and closes it
     * @return this
     */
    public BurrowBuilder<K, V> deadLetters(DeadLetterSink<K, V> sink) {
        deadLetters = given("deadLetters", sink);
        return this;
    }

    /**
     * Says how large records are, if the source's own sizes are not what is to count towards
     * {@link BurrowConfig#maxInFlightBytes()} and {@link BurrowConfig#maxPartitionInFlightBytes()}.
     *
     * @param newSizer the sizer
     * @return this
     */
    public BurrowBuilder<K, V> sizer(Sizer<K, V> newSizer) {
        sizer = given("sizer", newSizer);
        return this;
    }

    /**
     * Who watches; several may.
     *
     * @param listener the listener
     * @return this
     */
    public BurrowBuilder<K, V> listener(BurrowListener listener) {
        listeners.add(given("listener", listener));
        return this;
    }

    /**
     * The settings.
     *
     * @param newConfig the settings
     * @return this
     */
    public BurrowBuilder<K, V> config(BurrowConfig newConfig) {
        config = given("config", newConfig);
        return this;
    }

    /**
     * Changes settings, beginning with those given before, or the defaults.
     *
     * @param change what to change
     * @return this
     * @throws ConfigException if a setting breaks its rule
     */
    public BurrowBuilder<K, V> config(UnaryOperator<BurrowConfig.Builder> change) {
        config = change.apply(config.toBuilder()).build();
        return this;
    }

    /**
     * Drives it by {@link Burrow#turn} and steps of workers in place of threads. Internal, and may change in any
     * version: it is public for the test kit alone. Users start a {@link io.burrow.core.testing.SteppedBurrow}.
     *
     * @param time the clock
     * @param workers the workers
     * @param random the randomness of backoffs
     * @return this
     */
    public BurrowBuilder<K, V> steps(Timekeeper time, Workers workers, RandomGenerator random) {
        steps = new Assembly.Parts(time, workers, () -> random, true);
        return this;
    }

    private static <T> T given(String part, @Nullable T value) {
        if (value == null) {
            throw new ConfigException(List.of(new ConfigProblem(part, "must not be null", "null")));
        }
        return value;
    }

    /**
     * Makes the Burrow. Nothing is started or opened.
     *
     * @return the Burrow
     * @throws BurrowException if a part is missing, or parts do not fit
     */
    public Burrow<K, V> build() {
        List<String> missing = new ArrayList<>();
        if (source == null) {
            missing.add("a source");
        }
        if (handlers == 0) {
            missing.add("a handler (handler, asyncHandler or batchHandler)");
        }
        if (!missing.isEmpty()) {
            throw new BurrowException(ErrorCode.PART_MISSING, "missing: " + String.join(", ", missing));
        }
        List<ConfigProblem> problems = new ArrayList<>();
        if (handlers > 1) {
            problems.add(new ConfigProblem("handler", "must be given once", handlers + " handlers"));
        }
        if (batchHandler != null && !stages.isEmpty()) {
            problems.add(new ConfigProblem(
                    "stage", "must not be given together with a batch handler", stages.size() + " stages"));
        }
        if (deadLetters != null && config.ordering() != Ordering.UNORDERED && deadLetters.losesOrder()) {
            problems.add(new ConfigProblem(
                    "ordering",
                    "must be UNORDERED where dead letters come back to be handled again ("
                            + deadLetters.getClass().getName() + "), unless that loss of order is accepted there",
                    config.ordering().toString()));
        }
        problems.addAll(RuntimeSettings.missingParts(config, deadLetters != null));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        Assembly.Parts parts = steps != null ? steps : Assembly.Parts.threads(config);
        AsyncMessageHandler<K, V> wrapped = handler == null ? null : wrap(handler, parts);
        return new Burrow<>(new Assembly<>(
                new Extensions<>(
                        Objects.requireNonNull(source),
                        committer,
                        wrapped,
                        batchHandler,
                        async || !stages.isEmpty(),
                        deadLetters,
                        sizer,
                        List.copyOf(listeners),
                        handlerName),
                config,
                parts));
    }

    private AsyncMessageHandler<K, V> wrap(AsyncMessageHandler<K, V> innermost, Assembly.Parts parts) {
        StageHost host = new StageHost(parts.time(), parts.workers()::execute);
        if (stages.isEmpty()) {
            return innermost;
        }
        return new Demanding<>(host.lendTo(() -> Layers.around(stages, innermost)));
    }
}
