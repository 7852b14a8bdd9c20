package io.burrow.kafka.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.util.Types;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.MessageSource;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import jakarta.inject.Provider;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Binds a {@link MessageSource} of the given types, and a {@link DeadLetterSink} if there is one.
 *
 * <pre>{@code
 * install(KafkaModule.of(String.class, Order.class, source).withDeadLetters(deadLetters));
 * }</pre>
 *
 * <p>The keys bound are {@code MessageSource<K, V>} and {@code DeadLetterSink<K, V>}. The sink is bound through an
 * {@link OptionalBinder}, so another module may declare it and give a default. A source serves one Burrow, so a
 * provider is asked once.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class KafkaModule<K, V> extends AbstractModule {
    private final TypeLiteral<K> keyType;
    private final TypeLiteral<V> valueType;
    private final Provider<? extends KafkaSource<K, V>> source;
    private final @Nullable Provider<? extends KafkaDeadLetters<K, V>> deadLetters;

    private KafkaModule(
            TypeLiteral<K> keyType,
            TypeLiteral<V> valueType,
            Provider<? extends KafkaSource<K, V>> source,
            @Nullable Provider<? extends KafkaDeadLetters<K, V>> deadLetters) {
        this.keyType = Objects.requireNonNull(keyType, "keyType");
        this.valueType = Objects.requireNonNull(valueType, "valueType");
        this.source = Objects.requireNonNull(source, "source");
        this.deadLetters = deadLetters;
    }

    /**
     * Binds a source of plain types.
     *
     * @param keyType the type of the key
     * @param valueType the type of the value
     * @param source the source
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a module
     */
    public static <K, V> KafkaModule<K, V> of(Class<K> keyType, Class<V> valueType, KafkaSource<K, V> source) {
        return of(TypeLiteral.get(keyType), TypeLiteral.get(valueType), source);
    }

    /**
     * Binds a source of any types.
     *
     * @param keyType the type of the key
     * @param valueType the type of the value
     * @param source the source
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a module
     */
    public static <K, V> KafkaModule<K, V> of(
            TypeLiteral<K> keyType, TypeLiteral<V> valueType, KafkaSource<K, V> source) {
        Objects.requireNonNull(source, "source");
        return ofProvider(keyType, valueType, () -> source);
    }

    /**
     * Binds a source that is made when it is first needed. The provider may have injected members.
     *
     * @param keyType the type of the key
     * @param valueType the type of the value
     * @param source makes the source
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a module
     */
    public static <K, V> KafkaModule<K, V> ofProvider(
            TypeLiteral<K> keyType, TypeLiteral<V> valueType, Provider<? extends KafkaSource<K, V>> source) {
        return new KafkaModule<>(keyType, valueType, source, null);
    }

    /**
     * Binds a sink as well.
     *
     * @param sink the sink
     * @return a module that binds both
     */
    public KafkaModule<K, V> withDeadLetters(KafkaDeadLetters<K, V> sink) {
        Objects.requireNonNull(sink, "sink");
        return withDeadLettersProvider(() -> sink);
    }

    /**
     * Binds a sink that is made when it is first needed.
     *
     * @param sink makes the sink
     * @return a module that binds both
     */
    public KafkaModule<K, V> withDeadLettersProvider(Provider<? extends KafkaDeadLetters<K, V>> sink) {
        return new KafkaModule<>(keyType, valueType, source, sink);
    }

    @Override
    protected void configure() {
        bind(this.<MessageSource<K, V>>key(MessageSource.class))
                .toProvider(source)
                .in(Scopes.SINGLETON);
        OptionalBinder<DeadLetterSink<K, V>> sink =
                OptionalBinder.newOptionalBinder(binder(), this.<DeadLetterSink<K, V>>key(DeadLetterSink.class));
        if (deadLetters != null) {
            sink.setBinding().toProvider(deadLetters).in(Scopes.SINGLETON);
        }
    }

    @SuppressWarnings("unchecked") // the type is made of the raw one and of K and V
    private <T> Key<T> key(Class<? super T> raw) {
        return (Key<T>) Key.get(Types.newParameterizedType(raw, keyType.getType(), valueType.getType()));
    }
}
