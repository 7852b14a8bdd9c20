package io.burrow.core.testing;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message made of given parts: to call a handler with, and what {@link InMemoryBroker} delivers. Immutable as long as
 * key and value are; usable from any thread.
 *
 * @param topic the name of the topic
 * @param partition the number of the partition, from 0
 * @param offset the offset, from 0
 * @param key the key, or null
 * @param value the value, or null
 * @param headers the headers
 * @param timestamp milliseconds since 1970-01-01T00:00Z, or -1 if not known
 * @param attempt the number of the attempt, from 1
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public record TestMessage<K, V>(
        String topic,
        int partition,
        long offset,
        @Nullable K key,
        @Nullable V value,
        Headers headers,
        long timestamp,
        int attempt)
        implements Message<K, V> {
    /**
     * Makes the message.
     *
     * @param topic the name of the topic
     * @param partition the number of the partition, from 0
     * @param offset the offset, from 0
     * @param key the key, or null
     * @param value the value, or null
     * @param headers the headers
     * @param timestamp milliseconds since 1970-01-01T00:00Z, or -1 if not known
     * @param attempt the number of the attempt, from 1
     * @throws IllegalArgumentException if a number is out of its range
     */
    public TestMessage {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(headers, "headers");
        Require.atLeast(0, "partition", partition);
        Require.atLeast(0, "offset", offset);
        Require.atLeast(-1, "timestamp", timestamp);
        Require.atLeast(1, "attempt", attempt);
    }

    /**
     * A message at offset 0 of partition 0 of the topic {@code test}, without headers and timestamp, at its first
     * attempt.
     *
     * @param key the key, or null
     * @param value the value, or null
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the message
     */
    public static <K, V> TestMessage<K, V> of(@Nullable K key, @Nullable V value) {
        return TestMessage.<K, V>builder(key, value).build();
    }

    /**
     * Starts from {@link #of}.
     *
     * @param key the key, or null
     * @param value the value, or null
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a builder
     */
    public static <K, V> Builder<K, V> builder(@Nullable K key, @Nullable V value) {
        return new Builder<>(key, value);
    }

    @Override
    public TestMessage<K, V> withAttempt(int attempt) {
        return attempt == this.attempt
                ? this
                : new TestMessage<>(topic, partition, offset, key, value, headers, timestamp, attempt);
    }

    /** Returns position and attempt, never key, value or headers. */
    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset + " attempt " + attempt;
    }

    /**
     * Builds a message. For one thread.
     *
     * @param <K> the type of the key
     * @param <V> the type of the value
     */
    public static final class Builder<K, V> {
        private final @Nullable K key;
        private final @Nullable V value;
        private String topic = "test";
        private int partition;
        private long offset;
        private Headers headers = Headers.empty();
        private long timestamp = -1;
        private int attempt = 1;

        private Builder(@Nullable K key, @Nullable V value) {
            this.key = key;
            this.value = value;
        }

        /**
         * Where the message stands.
         *
         * @param topic the name of the topic
         * @param partition the number of the partition, from 0
         * @param offset the offset, from 0
         * @return this
         */
        public Builder<K, V> at(String topic, int partition, long offset) {
            this.topic = topic;
            this.partition = partition;
            this.offset = offset;
            return this;
        }

        /**
         * The headers; none by default.
         *
         * @param headers the headers
         * @return this
         */
        public Builder<K, V> headers(Headers headers) {
            this.headers = headers;
            return this;
        }

        /**
         * When the record was made; not known by default.
         *
         * @param timestamp milliseconds since 1970-01-01T00:00Z, or -1 if not known
         * @return this
         */
        public Builder<K, V> timestamp(long timestamp) {
            this.timestamp = timestamp;
            return this;
        }

        /**
         * Which attempt this is; the first by default.
         *
         * @param attempt the number of the attempt, from 1
         * @return this
         */
        public Builder<K, V> attempt(int attempt) {
            this.attempt = attempt;
            return this;
        }

        /**
         * Makes the message.
         *
         * @return the message
         * @throws IllegalArgumentException if a number is out of its range
         */
        public TestMessage<K, V> build() {
            return new TestMessage<>(topic, partition, offset, key, value, headers, timestamp, attempt);
        }
    }
}
