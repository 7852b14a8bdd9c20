package io.burrow.kafka;

import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Describes {@link KafkaTransactions}. It needs {@link #properties(Map)}, {@link #keySerializer} and
 * {@link #valueSerializer}; all else has a default. Not for several threads at once.
 *
 * @param <K> the type of the keys written
 * @param <V> the type of the values written
 */
public final class KafkaTransactionsBuilder<K, V> {
    private @Nullable Map<String, Object> properties;
    private Function<? super Map<String, Object>, ? extends Producer<byte[], byte[]>> factory =
            all -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    private @Nullable Serializer<? super K> keySerializer;
    private @Nullable Serializer<? super V> valueSerializer;
    private int maxHeldRecords = 100_000;
    private long maxHeldBytes = 67_108_864;
    private int maxRecordsPerMessage = 1_000;
    private long maxBytesPerMessage = 4_194_304;

    KafkaTransactionsBuilder() {}

    /**
     * The producer's properties, by Kafka's own names; copied. {@code bootstrap.servers} and {@code transactional.id}
     * must be set; {@code acks} and {@code enable.idempotence} must be left out, or {@code all} and {@code true}; the
     * serialisers are left out. Unless they are set, {@code transaction.timeout.ms} is 15 s, and {@code max.block.ms} a
     * third of it, 10 s at most, less with a short poll interval. Where it is set, {@code max.block.ms} must be at most
     * a third of the former and an eighth of the source's {@code max.poll.interval.ms}: it is what bounds each call of
     * a commit.
     *
     * @param properties the properties
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> properties(Map<String, ?> properties) {
        this.properties = ClientProperties.copy(properties);
        return this;
    }

    /**
     * The same from a {@code Properties}, its defaults included.
     *
     * @param properties the properties
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> properties(Properties properties) {
        this.properties = ClientProperties.copy(properties);
        return this;
    }

    /**
     * Makes the producer from the checked and completed properties, to wrap or configure it otherwise. The default
     * makes a {@link KafkaProducer}.
     *
     * @param factory called once, by {@link KafkaSource#open} on the loop thread
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> producerFactory(
            Function<? super Map<String, Object>, ? extends Producer<byte[], byte[]>> factory) {
        this.factory = factory;
        return this;
    }

    /**
     * Makes the bytes of keys. Called within {@link Outputs#send}, by several threads at once, so it must be safe for
     * that, as Kafka's own are. It is neither configured nor closed here. What it throws comes out of {@code send}.
     *
     * @param serializer the serialiser, configured
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> keySerializer(Serializer<? super K> serializer) {
        this.keySerializer = serializer;
        return this;
    }

    /**
     * Makes the bytes of values, under the rules of {@link #keySerializer}.
     *
     * @param serializer the serialiser, configured
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> valueSerializer(Serializer<? super V> serializer) {
        this.valueSerializer = serializer;
        return this;
    }

    /**
     * How many outputs of finished records may wait for their commit before intake is held back; what this bounds
     * exactly stands at {@link KafkaTransactions}. Positive, 100 000 by default.
     *
     * @param maxHeldRecords the number of records
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> maxHeldRecords(int maxHeldRecords) {
        this.maxHeldRecords = maxHeldRecords;
        return this;
    }

    /**
     * How large they may be together before intake is held back: keys, values, headers, and about 100 bytes for each.
     * Positive, 64 MiB by default.
     *
     * @param maxHeldBytes the number of bytes
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> maxHeldBytes(long maxHeldBytes) {
        this.maxHeldBytes = maxHeldBytes;
        return this;
    }

    /**
     * How many outputs one attempt may add; with one more it fails, and its record is exhausted. Positive, 1 000 by
     * default.
     *
     * @param maxRecordsPerMessage the number of records
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> maxRecordsPerMessage(int maxRecordsPerMessage) {
        this.maxRecordsPerMessage = maxRecordsPerMessage;
        return this;
    }

    /**
     * How large the outputs of one attempt may be together; beyond that it fails, and its record is exhausted.
     * Positive, 4 MiB by default.
     *
     * @param maxBytesPerMessage the number of bytes
     * @return this
     */
    public KafkaTransactionsBuilder<K, V> maxBytesPerMessage(long maxBytesPerMessage) {
        this.maxBytesPerMessage = maxBytesPerMessage;
        return this;
    }

    /**
     * Makes the transactions. Nothing is connected yet.
     *
     * @return the transactions
     * @throws io.burrow.api.ConfigException if a setting is missing or breaks its rule; it names all that do
     */
    public KafkaTransactions<K, V> build() {
        Problems problems = new Problems();
        problems.require(properties != null, "properties", "must be set", "none");
        problems.require(factory != null, "producerFactory", "must not be null", "null");
        problems.require(keySerializer != null, "keySerializer", "must be set", "none");
        problems.require(valueSerializer != null, "valueSerializer", "must be set", "none");
        problems.require(maxHeldRecords > 0, "maxHeldRecords", "must be positive", maxHeldRecords);
        problems.require(maxHeldBytes > 0, "maxHeldBytes", "must be positive", maxHeldBytes);
        problems.require(maxRecordsPerMessage > 0, "maxRecordsPerMessage", "must be positive", maxRecordsPerMessage);
        problems.require(maxBytesPerMessage > 0, "maxBytesPerMessage", "must be positive", maxBytesPerMessage);
        TransactionProperties checked = TransactionProperties.of(properties == null ? Map.of() : properties, problems);
        problems.throwIfAny();
        OutputTopics topics = new OutputTopics();
        OutputLimits limits = new OutputLimits(checked.maxRecordBytes(), maxRecordsPerMessage, maxBytesPerMessage);
        return new KafkaTransactions<>(
                checked,
                factory,
                new HeldOutputs(maxHeldRecords, maxHeldBytes),
                topics,
                new OutputEncoder<>(keySerializer, valueSerializer, topics, limits));
    }
}
