package io.burrow.tracing.otel.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.util.Types;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Stage;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.TracingStage;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Traces the injector's Burrow: adds a {@link TracingStage} to the set of {@code Stage<K, V>}, the spans of commits to
 * the set of {@link BurrowListener}, and puts {@link BurrowTracing#deadLetters} around the dead-letter sink where one
 * is bound. Binds {@link BurrowTracing}. Needs a binding of {@link OpenTelemetry}. Stages stand in the order in which
 * modules add them: install this one after those whose stages wait or call the handler on another thread.
 *
 * <p>A batch handler takes no stages: where one is bound say {@link #forBatches()}, and {@link BurrowTracing#batch} is
 * put around it instead.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class TracingModule<K, V> extends AbstractModule {
    private final TypeLiteral<K> key;
    private final TypeLiteral<V> value;
    private final Consumer<? super BurrowTracing.Builder> settings;
    private final boolean batches;

    private TracingModule(
            TypeLiteral<K> key,
            TypeLiteral<V> value,
            Consumer<? super BurrowTracing.Builder> settings,
            boolean batches) {
        this.key = Objects.requireNonNull(key, "key");
        this.value = Objects.requireNonNull(value, "value");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.batches = batches;
    }

    /**
     * A module for handlers of the given types.
     *
     * @param key the type of the key
     * @param value the type of the value
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the module
     */
    public static <K, V> TracingModule<K, V> of(Class<K> key, Class<V> value) {
        return of(TypeLiteral.get(key), TypeLiteral.get(value));
    }

    /**
     * A module for handlers of the given types, which may be generic themselves.
     *
     * @param key the type of the key
     * @param value the type of the value
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the module
     */
    public static <K, V> TracingModule<K, V> of(TypeLiteral<K> key, TypeLiteral<V> value) {
        return new TracingModule<>(key, value, builder -> {}, false);
    }

    /**
     * The same module with settings other than the defaults.
     *
     * @param settings changes the builder of the tracing
     * @return a new module
     */
    public TracingModule<K, V> with(Consumer<? super BurrowTracing.Builder> settings) {
        return new TracingModule<>(key, value, settings, batches);
    }

    /**
     * The same module for a {@code BatchMessageHandler<K, V>}: a span for each batch in place of one for each attempt.
     *
     * @return a new module
     */
    public TracingModule<K, V> forBatches() {
        return new TracingModule<>(key, value, settings, true);
    }

    @Override
    protected void configure() {
        Provider<OpenTelemetry> openTelemetry = getProvider(OpenTelemetry.class); // reported if it is not bound
        bind(BurrowTracing.class)
                .toProvider(() -> {
                    BurrowTracing.Builder builder = BurrowTracing.builder(openTelemetry.get());
                    settings.accept(builder);
                    return builder.build();
                })
                .in(Singleton.class);
        Provider<BurrowTracing> tracing = getProvider(BurrowTracing.class);
        if (batches) {
            UnaryOperator<BatchMessageHandler<K, V>> batch =
                    handler -> tracing.get().batch(handler);
            Multibinder.newSetBinder(binder(), this.<BatchMessageHandler<K, V>>wrappers(BatchMessageHandler.class))
                    .addBinding()
                    .toInstance(batch);
        } else {
            Provider<Stage<K, V>> stage = () -> tracing.get().stage();
            Multibinder.newSetBinder(binder(), this.<Stage<K, V>>key(Stage.class))
                    .addBinding()
                    .toProvider(stage)
                    .in(Singleton.class);
        }
        UnaryOperator<DeadLetterSink<K, V>> deadLetters = sink -> tracing.get().deadLetters(sink);
        Multibinder.newSetBinder(binder(), this.<DeadLetterSink<K, V>>wrappers(DeadLetterSink.class))
                .addBinding()
                .toInstance(deadLetters);
        Multibinder.newSetBinder(binder(), BurrowListener.class)
                .addBinding()
                .toProvider(() -> tracing.get().commits())
                .in(Singleton.class);
    }

    @SuppressWarnings("unchecked") // the type is made of the same literals
    private <T> Key<T> key(Class<?> raw) {
        return (Key<T>) Key.get(Types.newParameterizedType(raw, key.getType(), value.getType()));
    }

    @SuppressWarnings("unchecked") // likewise
    private <T> Key<UnaryOperator<T>> wrappers(Class<?> raw) {
        return (Key<UnaryOperator<T>>) Key.get(Types.newParameterizedType(
                UnaryOperator.class, Types.newParameterizedType(raw, key.getType(), value.getType())));
    }
}
