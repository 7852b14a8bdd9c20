package io.burrow.core.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.util.Types;
import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BatchMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.Stage;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Binds a {@link Burrow} (as {@code Burrow<K, V>} and {@link BurrowControl}), a singleton that is built but not
 * started: the application starts and closes it.
 *
 * <p>Needs a binding of {@code MessageSource<K, V>}, and one of {@code MessageHandler<K, V>},
 * {@code AsyncMessageHandler<K, V>} or {@code BatchMessageHandler<K, V>}. Takes, where they are bound,
 * {@link BurrowConfig}, {@link OffsetCommitter} and {@code DeadLetterSink<K, V>}; and all that other modules add to the
 * sets of {@link BurrowListener} and {@code Stage<K, V>}. What they add to the sets of
 * {@code UnaryOperator<BatchMessageHandler<K, V>>} and {@code UnaryOperator<DeadLetterSink<K, V>>} is put around the
 * batch handler, which takes no stages, and around the sink, the first innermost. The same assembly as the builder's.
 * Two in one injector go into private modules, since both bind {@link BurrowControl}.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class BurrowModule<K, V> extends AbstractModule {
    private final TypeLiteral<K> keyType;
    private final TypeLiteral<V> valueType;

    /**
     * Makes the module.
     *
     * @param keyType the type of the key
     * @param valueType the type of the value
     */
    public BurrowModule(TypeLiteral<K> keyType, TypeLiteral<V> valueType) {
        this.keyType = keyType;
        this.valueType = valueType;
    }

    /**
     * Makes the module.
     *
     * @param keyType the type of the key
     * @param valueType the type of the value
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the module
     */
    public static <K, V> BurrowModule<K, V> of(Class<K> keyType, Class<V> valueType) {
        return new BurrowModule<>(TypeLiteral.get(keyType), TypeLiteral.get(valueType));
    }

    @Override
    protected void configure() {
        requireBinding(key(MessageSource.class));
        OptionalBinder.newOptionalBinder(binder(), BurrowConfig.class);
        OptionalBinder.newOptionalBinder(binder(), OffsetCommitter.class);
        OptionalBinder.newOptionalBinder(binder(), this.<DeadLetterSink<K, V>>key(DeadLetterSink.class));
        OptionalBinder.newOptionalBinder(binder(), this.<MessageHandler<K, V>>key(MessageHandler.class));
        OptionalBinder.newOptionalBinder(binder(), this.<AsyncMessageHandler<K, V>>key(AsyncMessageHandler.class));
        OptionalBinder.newOptionalBinder(binder(), this.<BatchMessageHandler<K, V>>key(BatchMessageHandler.class));
        Multibinder.newSetBinder(binder(), BurrowListener.class);
        Multibinder.newSetBinder(binder(), this.<Stage<K, V>>key(Stage.class));
        Multibinder.newSetBinder(binder(), this.<BatchMessageHandler<K, V>>wrappers(BatchMessageHandler.class));
        Multibinder.newSetBinder(binder(), this.<DeadLetterSink<K, V>>wrappers(DeadLetterSink.class));

        // By provider instances: no class has to be generated at run time.
        Provider<Injector> injector = getProvider(Injector.class);
        Key<Burrow<K, V>> burrow = key(Burrow.class);
        bind(burrow).toProvider(() -> build(injector.get())).in(Singleton.class);
        Provider<Burrow<K, V>> built = getProvider(burrow);
        bind(BurrowControl.class).toProvider(built::get).in(Singleton.class);
    }

    private Burrow<K, V> build(Injector injector) {
        BurrowBuilder<K, V> builder = Burrow.<K, V>builder();
        builder.source(injector.getInstance(this.<MessageSource<K, V>>key(MessageSource.class)));
        optional(injector, Key.get(BurrowConfig.class)).ifPresent(builder::config);
        optional(injector, Key.get(OffsetCommitter.class)).ifPresent(builder::committer);
        optional(injector, this.<DeadLetterSink<K, V>>key(DeadLetterSink.class))
                .map(sink -> wrapped(injector, DeadLetterSink.class, sink))
                .ifPresent(builder::deadLetters);
        optional(injector, this.<MessageHandler<K, V>>key(MessageHandler.class)).ifPresent(builder::handler);
        optional(injector, this.<AsyncMessageHandler<K, V>>key(AsyncMessageHandler.class))
                .ifPresent(builder::asyncHandler);
        Optional<BatchMessageHandler<K, V>> batch =
                optional(injector, this.<BatchMessageHandler<K, V>>key(BatchMessageHandler.class));
        if (batch.isEmpty()
                && !set(injector, this.<BatchMessageHandler<K, V>>wrappers(BatchMessageHandler.class))
                        .isEmpty()) {
            throw new ConfigException(List.of(
                    new ConfigProblem("batchHandler", "must be bound where a module wraps batch handlers", "none")));
        }
        batch.map(handler -> wrapped(injector, BatchMessageHandler.class, handler))
                .ifPresent(builder::batchHandler);
        set(injector, Key.get(BurrowListener.class)).forEach(builder::listener);
        set(injector, this.<Stage<K, V>>key(Stage.class)).forEach(builder::stage);
        return builder.build();
    }

    @SuppressWarnings("unchecked") // the type is made of the same literals
    private <T> Key<T> key(Class<?> raw) {
        Type type = Types.newParameterizedType(raw, keyType.getType(), valueType.getType());
        return (Key<T>) Key.get(type);
    }

    @SuppressWarnings("unchecked") // likewise
    private <T> Key<UnaryOperator<T>> wrappers(Class<?> raw) {
        return (Key<UnaryOperator<T>>) Key.get(Types.newParameterizedType(
                UnaryOperator.class, key(raw).getTypeLiteral().getType()));
    }

    private <T> T wrapped(Injector injector, Class<?> raw, T inner) {
        T outer = inner;
        for (UnaryOperator<T> each : set(injector, this.<T>wrappers(raw))) {
            outer = each.apply(outer);
        }
        return outer;
    }

    @SuppressWarnings("unchecked")
    private static <T> Optional<T> optional(Injector injector, Key<T> key) {
        Type type =
                Types.newParameterizedType(Optional.class, key.getTypeLiteral().getType());
        return (Optional<T>) injector.getInstance(Key.get(type));
    }

    @SuppressWarnings("unchecked")
    private static <T> Set<T> set(Injector injector, Key<T> key) {
        Type type = Types.setOf(key.getTypeLiteral().getType());
        return (Set<T>) injector.getInstance(Key.get(type));
    }
}
