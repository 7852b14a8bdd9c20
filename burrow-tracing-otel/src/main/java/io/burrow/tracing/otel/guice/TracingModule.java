package io.burrow.tracing.otel.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.util.Types;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Stage;
import io.burrow.tracing.otel.BurrowTracing;
import io.burrow.tracing.otel.TracingStage;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Traces the injector's Burrow: adds a {@link TracingStage} to the set of {@code Stage<K, V>}, and the spans of commits
 * to the set of {@link BurrowListener}. Binds {@link BurrowTracing}, for a dead-letter sink that is to be wrapped.
 * Needs a binding of {@link OpenTelemetry}. Stages stand in the order in which modules add them: install this one after
 * those whose stages wait or call the handler on another thread.
 *
 * <p>A batch handler takes no stages: where one is bound leave this module out, and wrap it with
 * {@link BurrowTracing#batch}.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class TracingModule<K, V> extends AbstractModule {
    private final TypeLiteral<K> key;
    private final TypeLiteral<V> value;
    private final Consumer<? super BurrowTracing.Builder> settings;

    private TracingModule(TypeLiteral<K> key, TypeLiteral<V> value, Consumer<? super BurrowTracing.Builder> settings) {
        this.key = Objects.requireNonNull(key, "key");
        this.value = Objects.requireNonNull(value, "value");
        this.settings = Objects.requireNonNull(settings, "settings");
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
        return new TracingModule<>(key, value, builder -> {});
    }

    /**
     * The same module with settings other than the defaults.
     *
     * @param settings changes the builder of the stage
     * @return a new module
     */
    public TracingModule<K, V> with(Consumer<? super BurrowTracing.Builder> settings) {
        return new TracingModule<>(key, value, settings);
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
        Provider<Stage<K, V>> stage = () -> tracing.get().stage();
        @SuppressWarnings("unchecked") // made of K and V
        Key<Stage<K, V>> stages =
                (Key<Stage<K, V>>) Key.get(Types.newParameterizedType(Stage.class, key.getType(), value.getType()));
        Multibinder.newSetBinder(binder(), stages)
                .addBinding()
                .toProvider(stage)
                .in(Singleton.class);
        Multibinder.newSetBinder(binder(), BurrowListener.class)
                .addBinding()
                .toProvider(() -> tracing.get().commits())
                .in(Singleton.class);
    }
}
