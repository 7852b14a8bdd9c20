package io.burrow.kafka;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.spi.SourceRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a Kafka topic, as the engine holds it and as handlers see it: one object for both, of 32 bytes beside the
 * client's own record. Key and value are deserialised when a worker takes it for its first attempt, and kept for later
 * ones.
 *
 * <p>Everything but {@link #decode()} may be called by any thread that was handed the message.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public sealed class KafkaMessage<K, V> implements SourceRecord<K, V>, Message<K, V>, RawRecord permits KafkaAttempt {
    /** In place of a key that is not decoded yet: null is a key. */
    private static final Object UNDECODED = new Object();

    private final ConsumerRecord<byte[], byte[]> record;
    private final Deserialization<K, V> deserialization;
    private final int sizeBytes;

    private @Nullable Object key;
    private @Nullable V value;

    KafkaMessage(ConsumerRecord<byte[], byte[]> record, Deserialization<K, V> deserialization) {
        this.record = record;
        this.deserialization = deserialization;
        this.sizeBytes = RecordSize.of(record);
        this.key = UNDECODED;
    }

    KafkaMessage(KafkaMessage<K, V> other) {
        this.record = other.record;
        this.deserialization = other.deserialization;
        this.sizeBytes = other.sizeBytes;
        this.key = other.key;
        this.value = other.value;
    }

    /**
     * The client's own record: raw key and value, headers, timestamp type. It is shared, not copied, and must not be
     * changed.
     *
     * @return the record
     */
    @Override
    public final ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    @Override
    public final String topic() {
        return record.topic();
    }

    @Override
    public final int partition() {
        return record.partition();
    }

    @Override
    public final long offset() {
        return record.offset();
    }

    @Override
    public final int leaderEpoch() {
        return record.leaderEpoch().orElse(-1);
    }

    @Override
    public final long timestamp() {
        return record.timestamp();
    }

    /** Returns the key's bytes as they were fetched, or null. */
    @Override
    public final byte @Nullable [] orderingKey() {
        return record.key();
    }

    /** Returns the bytes of key, value and headers. */
    @Override
    public final int sizeBytes() {
        return sizeBytes;
    }

    /**
     * Deserialises key and value, the first time that it succeeds.
     *
     * @return this message
     * @throws io.burrow.api.DecodingException if a deserialiser threw; its cause is what was thrown and may hold
     *     contents of the record. Only a {@link org.apache.kafka.common.errors.RetriableException} is thrown as it is,
     *     so that another attempt can be made
     */
    @Override
    public final Message<K, V> decode() {
        if (key == UNDECODED) {
            K decodedKey = deserialization.key(record);
            value = deserialization.value(record);
            key = decodedKey;
        }
        return this;
    }

    /**
     * The key, deserialised.
     *
     * @return the key, or null
     * @throws IllegalStateException if it was not decoded
     */
    @Override
    @SuppressWarnings("unchecked") // only decode() and the copy write it
    public final @Nullable K key() {
        requireDecoded();
        return (K) key;
    }

    /**
     * The value, deserialised.
     *
     * @return the value, or null
     * @throws IllegalStateException if it was not decoded
     */
    @Override
    public final @Nullable V value() {
        requireDecoded();
        return value;
    }

    @Override
    public final Headers headers() {
        return KafkaHeaders.of(record.headers());
    }

    @Override
    public final KafkaMessage<K, V> withAttempt(int attempt) {
        return attempt == attempt() ? this : new KafkaAttempt<>(this, attempt);
    }

    private void requireDecoded() {
        if (key == UNDECODED) {
            throw new IllegalStateException(this + " is not decoded yet");
        }
    }

    /** Returns topic, partition and offset, never contents. */
    @Override
    public String toString() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
