package io.burrow.kafka;

import io.burrow.api.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link KafkaSource}. It needs three things:
 *
 * <ul>
 *   <li>a consumer: {@link #properties(Map)}, perhaps with {@link #consumerFactory}, or {@link #consumer};
 *   <li>what to read: {@link #topics(String...)} or {@link #pattern};
 *   <li>how to decode: {@link #keyDeserializer} and {@link #valueDeserializer}, or {@link #mapper}.
 * </ul>
 *
 * <p>Not for several threads at once.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class KafkaSourceBuilder<K, V> {
    private @Nullable Map<String, Object> properties;
    private @Nullable Function<? super Map<String, Object>, ? extends Consumer<byte[], byte[]>> factory;
    private @Nullable Supplier<? extends Consumer<byte[], byte[]>> consumer;
    private @Nullable List<String> topics;
    private @Nullable Pattern pattern;
    private @Nullable Deserializer<? extends K> keyDeserializer;
    private @Nullable Deserializer<? extends V> valueDeserializer;
    private @Nullable Function<? super ConsumerRecord<byte[], byte[]>, ? extends Message<K, V>> mapper;
    private @Nullable RetryTopics retryTopics;
    private Duration openTimeout = Duration.ofSeconds(30);
    private @Nullable Duration maxPollInterval;
    private GroupMembershipOperation membership = GroupMembershipOperation.DEFAULT;
    private CorruptRecordsAction onCorruptRecords = CorruptRecordsAction.HALT;
    private Duration topicCheckInterval = Duration.ofSeconds(5);
    private int metadataLimit = 4096;
    private @Nullable KafkaTransactions<?, ?> transactions;

    KafkaSourceBuilder() {}

    /**
     * The consumer's properties, by Kafka's own names; copied. {@code bootstrap.servers} and {@code group.id} must be
     * set; {@code enable.auto.commit} must be false or left out; the deserialisers are left out.
     * {@code allow.auto.create.topics} is false unless it is set, and {@code fetch.max.wait.ms} is 100 unless it or
     * {@code fetch.min.bytes} is: a partition that was full can only go on when a fetch of idle ones has been answered.
     *
     * @param properties the properties
     * @return this
     */
    public KafkaSourceBuilder<K, V> properties(Map<String, ?> properties) {
        this.properties = ClientProperties.copy(properties);
        return this;
    }

    /**
     * The same from a {@code Properties}, its defaults included.
     *
     * @param properties the properties
     * @return this
     */
    public KafkaSourceBuilder<K, V> properties(Properties properties) {
        this.properties = ClientProperties.copy(properties);
        return this;
    }

    /**
     * Makes the consumer from the checked and completed properties, to wrap or configure it otherwise, or to bind its
     * metrics (Micrometer's {@code KafkaClientMetrics} takes it). The default makes a {@link KafkaConsumer}. Needs
     * {@link #properties(Map)}.
     *
     * @param factory called once, by {@link KafkaSource#open} on the loop thread
     * @return this
     */
    public KafkaSourceBuilder<K, V> consumerFactory(
            Function<? super Map<String, Object>, ? extends Consumer<byte[], byte[]>> factory) {
        this.factory = factory;
        return this;
    }

    /**
     * A consumer made elsewhere, instead of properties. It belongs to this source from then on. Such a consumer does
     * not tell its settings: {@code enable.auto.commit=true} is only noticed, and stops Burrow, after its first own
     * commit. Prefer {@link #consumerFactory}, which makes sure beforehand. Set {@link #maxPollInterval} if it is not
     * the default.
     *
     * @param consumer called once, by {@link KafkaSource#open} on the loop thread
     * @return this
     */
    public KafkaSourceBuilder<K, V> consumer(Supplier<? extends Consumer<byte[], byte[]>> consumer) {
        this.consumer = consumer;
        return this;
    }

    /**
     * The topics to read. All must exist when the source is opened.
     *
     * @param topics at least one name
     * @return this
     */
    public KafkaSourceBuilder<K, V> topics(String... topics) {
        this.topics = Arrays.asList(topics.clone());
        return this;
    }

    /**
     * The topics to read. All must exist when the source is opened.
     *
     * @param topics at least one name; copied
     * @return this
     */
    public KafkaSourceBuilder<K, V> topics(Collection<String> topics) {
        return topics(topics.toArray(new String[0]));
    }

    /**
     * Reads every topic whose whole name matches, also one that is made later. Let it not match the topics of dead
     * letters: {@code orders.*} matches {@code orders-dlt}, and exhausted records would be handled again from there.
     *
     * @param pattern the pattern
     * @return this
     */
    public KafkaSourceBuilder<K, V> pattern(Pattern pattern) {
        this.pattern = pattern;
        return this;
    }

    /**
     * Reads besides, for each topic, those in which records that failed wait for their next attempts. Give the same to
     * {@link KafkaDeadLettersBuilder#retryTopics}, which puts them there. Nothing of such a topic is handed over before
     * it is due; meanwhile at most one poll's records of each of its partitions are kept in memory.
     *
     * @param retryTopics the topics
     * @return this
     */
    public KafkaSourceBuilder<K, V> retryTopics(RetryTopics retryTopics) {
        this.retryTopics = Objects.requireNonNull(retryTopics, "retryTopics");
        return this;
    }

    /**
     * Makes keys. Called on worker threads, by several at once, so it must be safe for that, as Kafka's own are; not
     * called for a key that is null. It is neither configured nor closed here. If it throws, the record is exhausted;
     * only a {@link org.apache.kafka.common.errors.RetriableException} is tried again.
     *
     * @param deserializer the deserialiser, configured
     * @return this
     */
    public KafkaSourceBuilder<K, V> keyDeserializer(Deserializer<? extends K> deserializer) {
        this.keyDeserializer = deserializer;
        return this;
    }

    /**
     * Makes values, under the rules of {@link #keyDeserializer}.
     *
     * @param deserializer the deserialiser, configured
     * @return this
     */
    public KafkaSourceBuilder<K, V> valueDeserializer(Deserializer<? extends V> deserializer) {
        this.valueDeserializer = deserializer;
        return this;
    }

    /**
     * Makes the messages, instead of the deserialisers: for a {@link Message} type of one's own. Called on worker
     * threads, by several at once. If it throws or returns null, the record is exhausted, unless it throws a
     * {@link org.apache.kafka.common.errors.RetriableException} or an {@link io.burrow.api.RetryAfterException}. Order
     * by key follows the record's raw key all the same.
     *
     * @param mapper makes a message of a record
     * @return this
     */
    public KafkaSourceBuilder<K, V> mapper(
            Function<? super ConsumerRecord<byte[], byte[]>, ? extends Message<K, V>> mapper) {
        this.mapper = mapper;
        return this;
    }

    /**
     * How long {@link KafkaSource#open} may wait for the brokers; positive, 30 s by default.
     *
     * @param openTimeout the value
     * @return this
     */
    public KafkaSourceBuilder<K, V> openTimeout(Duration openTimeout) {
        this.openTimeout = openTimeout;
        return this;
    }

    /**
     * The {@code max.poll.interval.ms} of a consumer given by {@link #consumer}; positive, Kafka's own default of 5
     * minutes if not set. With properties it is read from them and must not be set here.
     *
     * @param maxPollInterval the value
     * @return this
     */
    public KafkaSourceBuilder<K, V> maxPollInterval(Duration maxPollInterval) {
        this.maxPollInterval = maxPollInterval;
        return this;
    }

    /**
     * Whether closing leaves the group. By default a member leaves unless it is static ({@code group.instance.id}).
     *
     * @param membership the value
     * @return this
     */
    public KafkaSourceBuilder<K, V> groupMembershipOnClose(GroupMembershipOperation membership) {
        this.membership = membership;
        return this;
    }

    /**
     * What becomes of records that cannot be read because their batch is damaged in the brokers' logs.
     * {@link CorruptRecordsAction#HALT} by default. (A record that can be read but not deserialised is something else:
     * it fails by itself, and goes the way of any failed record.)
     *
     * @param onCorruptRecords the value
     * @return this
     */
    public KafkaSourceBuilder<K, V> onCorruptRecords(CorruptRecordsAction onCorruptRecords) {
        this.onCorruptRecords = onCorruptRecords;
        return this;
    }

    /**
     * How often the brokers are asked whether a topic was deleted and made anew under its name; 5 s by default, zero
     * for never. The client does not always notice, and then goes on in the new topic at the position of the old one.
     * Burrow begins at the new topic's beginning instead, whatever {@code auto.offset.reset} says, unless that is
     * {@code none}: then it stops. It asks with an admin client of the same properties, without waiting, and needs no
     * right but to describe the topics. Where logs begin is asked by the same client, so that polls do not wait for it;
     * with zero the consumer is asked. Not for a consumer given by {@link #consumer}.
     *
     * @param topicCheckInterval the value, not negative
     * @return this
     */
    public KafkaSourceBuilder<K, V> topicCheckInterval(Duration topicCheckInterval) {
        this.topicCheckInterval = topicCheckInterval;
        return this;
    }

    /**
     * How much text the brokers keep with an offset, in characters: their {@code offset.metadata.max.bytes}, which
     * counts characters in spite of its name. Not negative, 4096 by default.
     *
     * @param metadataLimit the value
     * @return this
     */
    public KafkaSourceBuilder<K, V> metadataLimit(int metadataLimit) {
        this.metadataLimit = metadataLimit;
        return this;
    }

    /**
     * Commits in transactions, together with what handlers made by {@link KafkaTransactions#handler} write. Every
     * commit then waits, whatever the commit mode, and no text is kept with offsets: what is finished above a gap comes
     * again after a crash.
     *
     * @param transactions what makes the transactions; given to one source, once
     * @return this
     */
    public KafkaSourceBuilder<K, V> transactions(KafkaTransactions<?, ?> transactions) {
        this.transactions = transactions;
        return this;
    }

    /**
     * Makes the source. Nothing is connected yet.
     *
     * @return the source
     * @throws io.burrow.api.ConfigException if a setting is missing or breaks its rule; it names all that do. Its code
     *     is {@link io.burrow.api.ErrorCode#AUTO_COMMIT_ON} if auto-commit is among them
     */
    public KafkaSource<K, V> build() {
        Problems problems = new Problems();
        checkForms(problems);
        problems.requirePositive("openTimeout", openTimeout);
        problems.require(membership != null, "groupMembershipOnClose", "must not be null", "null");
        problems.require(onCorruptRecords != null, "onCorruptRecords", "must not be null", "null");
        problems.require(
                topicCheckInterval != null && !topicCheckInterval.isNegative(),
                "topicCheckInterval",
                "must not be negative",
                String.valueOf(topicCheckInterval));
        problems.require(metadataLimit >= 0, "metadataLimit", "must not be negative", metadataLimit);
        ConsumerProperties checked = properties == null ? null : ConsumerProperties.of(properties, problems);
        Duration interval = interval(checked);
        if (transactions != null) {
            transactions.check(interval, problems);
        }
        problems.throwIfAny();
        if (transactions != null) {
            transactions.take(interval);
        }
        return new KafkaSource<>(settings(checked, interval), decoder());
    }

    private void checkForms(Problems problems) {
        problems.require(
                (properties != null) != (consumer != null),
                "properties, consumer",
                "must be exactly one of the two",
                given(properties, consumer));
        problems.require(
                factory == null || consumer == null, "consumerFactory", "needs properties, not a consumer", "both");
        problems.require(
                (topics != null) != (pattern != null),
                "topics, pattern",
                "must be exactly one of the two",
                given(topics, pattern));
        if (topics != null) {
            problems.require(!topics.isEmpty(), "topics", "must name at least one", 0);
            problems.require(
                    topics.stream().allMatch(topic -> topic != null && !topic.isBlank()),
                    "topics",
                    "must not be null or blank",
                    topics);
        }
        if (mapper == null) {
            problems.require(keyDeserializer != null, "keyDeserializer", "must be set, or a mapper", "none");
            problems.require(valueDeserializer != null, "valueDeserializer", "must be set, or a mapper", "none");
        } else {
            problems.require(
                    keyDeserializer == null && valueDeserializer == null,
                    "mapper",
                    "must not be set next to deserialisers",
                    "both");
        }
        if (maxPollInterval != null) {
            problems.requirePositive("maxPollInterval", maxPollInterval);
            problems.require(
                    properties == null,
                    "maxPollInterval",
                    "must be set as the property max.poll.interval.ms",
                    maxPollInterval);
        }
    }

    private static String given(@Nullable Object one, @Nullable Object other) {
        return one == null && other == null ? "none" : "both";
    }

    private Duration interval(@Nullable ConsumerProperties checked) {
        return checked != null
                ? checked.maxPollInterval()
                : maxPollInterval != null ? maxPollInterval : Duration.ofMinutes(5);
    }

    private SourceSettings settings(@Nullable ConsumerProperties checked, Duration interval) {
        return new SourceSettings(
                checked == null ? consumer : making(checked, factory),
                checked == null ? "the brokers of the given consumer" : checked.servers(),
                checked != null && checked.isClassic(),
                subscription(),
                new DueTimes(retryTopics, System::currentTimeMillis),
                openTimeout,
                interval,
                membership,
                checked == null ? OffsetReset.UNKNOWN : checked.offsetReset(),
                onCorruptRecords,
                checked == null ? null : () -> new AdminQuestions(checked.asMap()),
                topicCheckInterval,
                metadataLimit,
                transactions,
                System::nanoTime);
    }

    private Subscription subscription() {
        RetryTopics retries = retryTopics;
        if (pattern != null) {
            return Subscription.to(retries == null ? pattern : retries.with(pattern));
        }
        List<String> named = Objects.requireNonNull(topics);
        return Subscription.to(retries == null ? named : retries.with(named));
    }

    private static Supplier<Consumer<byte[], byte[]>> making(
            ConsumerProperties checked,
            @Nullable Function<? super Map<String, Object>, ? extends Consumer<byte[], byte[]>> factory) {
        if (factory != null) {
            return () -> factory.apply(checked.asMap());
        }
        return () -> new KafkaConsumer<>(checked.asMap(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private RecordDecoder<K, V> decoder() {
        var mapping = mapper;
        if (mapping != null) {
            return record -> new MappedRecord<>(record, mapping);
        }
        Deserialization<K, V> deserialization = new Deserialization<>(keyDeserializer, valueDeserializer);
        return record -> new KafkaMessage<>(record, deserialization);
    }
}
