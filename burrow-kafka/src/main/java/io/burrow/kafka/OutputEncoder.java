package io.burrow.kafka;

import io.burrow.api.TerminalException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Makes outputs of what handlers send, in the worker: what cannot be serialised, or is more than the producer takes,
 * fails its own record there, and not the transaction of many others later. Any thread.
 */
final class OutputEncoder<K, V> {
    /** What the client adds to a record that is alone in its batch, at most. */
    private static final int OVERHEAD_BYTES = 96;

    private static final int HEADER_BYTES = 12;

    private final Serializer<? super K> keys;
    private final Serializer<? super V> values;
    private final OutputTopics topics;
    private final OutputLimits limits;

    OutputEncoder(Serializer<? super K> keys, Serializer<? super V> values, OutputTopics topics, OutputLimits limits) {
        this.keys = keys;
        this.values = values;
        this.topics = topics;
        this.limits = limits;
    }

    Output encode(ProducerRecord<? extends K, ? extends V> record) {
        String topic = record.topic();
        topics.require(topic, record.partition());
        Headers headers = new RecordHeaders(record.headers().toArray()); // the user's may be used again
        byte @Nullable [] key = keys.serialize(topic, headers, record.key());
        byte @Nullable [] value = values.serialize(topic, headers, record.value());
        long size = OVERHEAD_BYTES + length(key) + length(value);
        for (Header header : headers) {
            size += HEADER_BYTES + CommitRequests.utf8Length(header.key()) + length(header.value());
        }
        if (size > limits.maxRecordBytes()) {
            throw new TerminalException("an output for the topic " + topic + " takes " + size
                    + " bytes, more than the producer's max.request.size and buffer.memory allow: "
                    + limits.maxRecordBytes());
        }
        return new Output(
                new ProducerRecord<>(topic, record.partition(), record.timestamp(), key, value, headers), (int) size);
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** Throws if what an attempt adds up to is too much. */
    void requireWithin(int records, long bytes) {
        if (records > limits.maxRecordsPerMessage()) {
            throw new TerminalException("one attempt added more outputs than maxRecordsPerMessage allows: "
                    + limits.maxRecordsPerMessage());
        }
        if (bytes > limits.maxBytesPerMessage()) {
            throw new TerminalException("one attempt added outputs of " + bytes
                    + " bytes, more than maxBytesPerMessage allows: " + limits.maxBytesPerMessage());
        }
    }
}
