package io.burrow.kafka;

import io.burrow.api.DecodingException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The user's two deserialisers, called by many workers at once.
 *
 * @param keys makes keys
 * @param values makes values
 */
record Deserialization<K, V>(Deserializer<? extends K> keys, Deserializer<? extends V> values) {

    @Nullable
    K key(ConsumerRecord<byte[], byte[]> record) {
        return decode(keys, "key", record.key(), record);
    }

    @Nullable
    V value(ConsumerRecord<byte[], byte[]> record) {
        return decode(values, "value", record.value(), record);
    }

    private static <T> @Nullable T decode(
            Deserializer<? extends T> deserializer,
            String part,
            byte @Nullable [] bytes,
            ConsumerRecord<byte[], byte[]> record) {
        if (bytes == null) {
            return null;
        }
        try {
            return deserializer.deserialize(record.topic(), record.headers(), bytes);
        } catch (RetriableException e) {
            throw e; // a schema registry that is away, for instance: the bytes may well be right
        } catch (RuntimeException e) {
            throw failure(
                    "the " + part + " (" + bytes.length + " bytes) cannot be deserialised by "
                            + deserializer.getClass().getName(),
                    record,
                    e);
        }
    }

    static DecodingException failure(
            String what, ConsumerRecord<byte[], byte[]> record, @Nullable RuntimeException cause) {
        return new DecodingException(
                record.topic() + "-" + record.partition() + "@" + record.offset() + ": " + what, cause);
    }
}
