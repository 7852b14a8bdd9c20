package io.burrow.kafka;

import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link KafkaDeadLetters}. It needs {@link #properties(Map)} or {@link #producer}; all else has a default.
 * Not for several threads at once.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class KafkaDeadLettersBuilder<K, V> {
    private static final int MESSAGE_BYTES = 4_096;
    private static final int STACK_TRACE_BYTES = 16_384;
    /** Far below what a broker takes by default, 1 MiB for a batch: the record itself has to fit, too. */
    private static final int MOST_BYTES = 262_144;

    private @Nullable Map<String, Object> properties;
    private @Nullable Supplier<? extends Producer<byte[], byte[]>> producer;
    private @Nullable String topic;
    private @Nullable Function<? super String, String> topicOf;
    private @Nullable String group;
    private DeadLetterHeaderStyle style = DeadLetterHeaderStyle.KIP_1191;
    private @Nullable RetryTopics retryTopics;
    private RefusedAction onRefused = RefusedAction.RETRY;
    private @Nullable Integer messageBytes;
    private @Nullable Integer stackTraceBytes;

    KafkaDeadLettersBuilder() {}

    /**
     * The producer's properties, by Kafka's own names; copied. {@code bootstrap.servers} must be set. {@code acks} and
     * {@code enable.idempotence} must be left out, or {@code all} and {@code true}; the serialisers and
     * {@code transactional.id} are left out. Unless they are set, {@code max.block.ms} is 10 s and
     * {@code delivery.timeout.ms} 50 s.
     *
     * @param properties the properties
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> properties(Map<String, ?> properties) {
        this.properties = ClientProperties.copy(properties);
        return this;
    }

    /**
     * The same from a {@code Properties}, its defaults included.
     *
     * @param properties the properties
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> properties(Properties properties) {
        this.properties = ClientProperties.copy(properties);
        return this;
    }

    /**
     * A producer made elsewhere, instead of properties. It belongs to the sink from then on. It must have
     * {@code acks=all}, or a dead letter can be lost with its broker; that cannot be checked.
     *
     * @param producer called once, by {@link KafkaDeadLetters#open}
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> producer(Supplier<? extends Producer<byte[], byte[]>> producer) {
        this.producer = producer;
        return this;
    }

    /**
     * One topic for all dead letters. It must exist when the sink is opened. Without this and {@link #topicOf} a dead
     * letter goes to the topic that is named like its own with {@code -dlt} after it.
     *
     * @param topic the name
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> topic(String topic) {
        this.topic = topic;
        return this;
    }

    /**
     * The topic for what came from a topic. Such topics are not looked for when the sink is opened: a dead letter whose
     * topic does not exist is not stored, and its record stays unfinished.
     *
     * @param topicOf makes the name of the target from the name of the source; another one. Called by any thread
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> topicOf(Function<? super String, String> topicOf) {
        this.topicOf = topicOf;
        return this;
    }

    /**
     * The consumer group to name in the headers.
     *
     * @param group the group's id
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> group(String group) {
        this.group = group;
        return this;
    }

    /**
     * The names and the form of the headers that are added. {@link DeadLetterHeaderStyle#KIP_1191} unless it is set.
     *
     * @param style the style
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> headers(DeadLetterHeaderStyle style) {
        this.style = Objects.requireNonNull(style, "style");
        return this;
    }

    /**
     * Writes the failure's message into the headers, at most 4 096 bytes of it. It may hold contents of the record;
     * therefore it is left out by default.
     *
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> withMessage() {
        return withMessage(MESSAGE_BYTES);
    }

    /**
     * The same with another limit.
     *
     * @param mostBytes how many bytes of UTF-8, 1 to 262 144; a longer message is cut after a whole character
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> withMessage(int mostBytes) {
        this.messageBytes = mostBytes;
        return this;
    }

    /**
     * Writes the failure's stack trace into the headers, at most the first 16 384 bytes of it. It holds the messages of
     * the failure and its causes, which may hold contents of the record; therefore it is left out by default.
     *
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> withStackTrace() {
        return withStackTrace(STACK_TRACE_BYTES);
    }

    /**
     * The same with another limit.
     *
     * @param mostBytes how many bytes of UTF-8, 1 to 262 144; a longer trace is cut after a whole character
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> withStackTrace(int mostBytes) {
        this.stackTraceBytes = mostBytes;
        return this;
    }

    /**
     * Topics through which a record goes before it becomes a dead letter, to be handled again later. Give the same to
     * {@link KafkaSourceBuilder#retryTopics}, or nobody reads them. Until a record has been through all of them it is
     * counted and reported as dead-lettered where it is put into the next one, but counts towards no threshold.
     *
     * @param retryTopics the topics
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> retryTopics(RetryTopics retryTopics) {
        this.retryTopics = Objects.requireNonNull(retryTopics, "retryTopics");
        return this;
    }

    /**
     * What becomes of a dead letter that its topic refuses. {@link RefusedAction#RETRY} unless it is set.
     *
     * @param onRefused the action
     * @return this
     */
    public KafkaDeadLettersBuilder<K, V> onRefused(RefusedAction onRefused) {
        this.onRefused = Objects.requireNonNull(onRefused, "onRefused");
        return this;
    }

    /**
     * Makes the sink. Nothing is connected yet.
     *
     * @return the sink
     * @throws io.burrow.api.ConfigException if a setting is missing or breaks its rule; it names all that do
     */
    public KafkaDeadLetters<K, V> build() {
        Problems problems = new Problems();
        problems.require(
                (properties != null) != (producer != null),
                "properties, producer",
                "must be exactly one of the two",
                properties == null ? "none" : "both");
        problems.require(topic == null || topicOf == null, "topic, topicOf", "must not both be set", "both");
        problems.require(topic == null || !topic.isBlank(), "topic", "must not be blank", "blank");
        int message = bytes("withMessage", messageBytes, problems);
        int stackTrace = bytes("withStackTrace", stackTraceBytes, problems);
        Map<String, Object> checked = properties == null ? null : ProducerProperties.of(properties, problems);
        problems.throwIfAny();
        return new KafkaDeadLetters<>(
                checked == null ? producer : () -> make(checked),
                checked == null
                        ? "the brokers of the given producer"
                        : String.valueOf(checked.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)),
                target(),
                topic,
                new DeadLetterHeaders(style, group, message, stackTrace),
                retryTopics,
                onRefused);
    }

    private static int bytes(String setting, @Nullable Integer value, Problems problems) {
        if (value == null) {
            return 0;
        }
        problems.require(value >= 1 && value <= MOST_BYTES, setting, "must be 1 to " + MOST_BYTES + " bytes", value);
        return value;
    }

    private Function<? super String, String> target() {
        if (topic != null) {
            String fixed = topic;
            return source -> fixed;
        }
        return topicOf != null ? topicOf : source -> source + "-dlt";
    }

    private static Producer<byte[], byte[]> make(Map<String, Object> checked) {
        return new KafkaProducer<>(checked, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
