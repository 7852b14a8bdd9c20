package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes exhausted records to a topic: by default {@code <topic>-dlt} for what came from {@code <topic>}. A stage
 * completes when the brokers have acknowledged the record ({@code acks=all}).
 *
 * <p>Key, value and headers are the bytes that were read. Added are headers that say where the record came from and why
 * it was exhausted, in the form that the builder chose ({@link DeadLetterHeaderStyle}; by default the one that Kafka's
 * brokers use for the dead letters of share groups, KIP-1191). They replace those of an earlier failure, of any style.
 * The dead letter's own timestamp is the time of sending, or retention might delete it at once; the record's is in a
 * header.
 *
 * <p>A dead letter goes to the partition of the same number; if the target has fewer partitions, to that of its key.
 *
 * <p>A dead letter that its topic refuses (too large, no right to write, no valid name) is not stored, and its record
 * stays unfinished; what has to change is logged once a minute for as long. {@link RefusedAction} has other ways: to
 * leave out the value of one that is too large, to park the record, or to halt.
 *
 * <p>With {@link KafkaDeadLettersBuilder#retryTopics} a record goes through topics for later retries first.
 *
 * <p>Works for records that came from a {@link KafkaSource}. {@link #send} may be called by any thread, by several at
 * once.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class KafkaDeadLetters<K, V> implements DeadLetterSink<K, V> {
    private static final Logger log = LoggerFactory.getLogger(KafkaDeadLetters.class);
    /** A reason to log, beside the classes of what refuses. */
    private static final String STRIPPED = "stripped";

    private final Supplier<? extends Producer<byte[], byte[]>> maker;
    private final String servers;
    private final Function<? super String, String> target;
    private final @Nullable String fixedTopic;
    private final DeadLetterHeaders headers;
    private final @Nullable RetryTopics retries;
    private final RefusedAction onRefused;
    private final RefusalLog refusals = new RefusalLog();

    /** Written by the thread that opens and closes, read by those that send. */
    private volatile @Nullable Producer<byte[], byte[]> producer;

    KafkaDeadLetters(
            Supplier<? extends Producer<byte[], byte[]>> maker,
            String servers,
            Function<? super String, String> target,
            @Nullable String fixedTopic,
            DeadLetterHeaders headers,
            @Nullable RetryTopics retries,
            RefusedAction onRefused) {
        this.maker = maker;
        this.servers = servers;
        this.target = target;
        this.fixedTopic = fixedTopic;
        this.headers = headers;
        this.retries = retries;
        this.onRefused = onRefused;
    }

    /**
     * Begins to describe a sink.
     *
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a builder without any setting
     */
    public static <K, V> KafkaDeadLettersBuilder<K, V> builder() {
        return new KafkaDeadLettersBuilder<>();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Makes the producer and, if one topic was named, looks for it, for {@code max.block.ms} at most (10 s unless it
     * is set).
     *
     * @throws BurrowException {@link ErrorCode#TOPIC_MISSING}, {@link ErrorCode#BROKER_UNREACHABLE},
     *     {@link ErrorCode#NOT_AUTHORIZED}, or {@link ErrorCode#CONFIG_INVALID} if the client refuses its properties
     */
    @Override
    public void open() {
        if (producer != null) {
            throw new BurrowException(ErrorCode.ALREADY_STARTED, "this dead-letter sink was opened before");
        }
        Producer<byte[], byte[]> made;
        try {
            made = maker.get();
        } catch (RuntimeException e) {
            throw SourceFailures.making(e, servers);
        }
        if (made == null) {
            throw new BurrowException(ErrorCode.PART_MISSING, "the supplier of the producer returned null");
        }
        producer = made;
        if (fixedTopic != null) {
            requireTopic(made, fixedTopic);
        }
    }

    private void requireTopic(Producer<byte[], byte[]> made, String topic) {
        List<PartitionInfo> partitions;
        try {
            partitions = made.partitionsFor(topic);
        } catch (RuntimeException e) {
            if (SourceFailures.find(e, UnknownTopicOrPartitionException.class) != null) {
                throw missing(topic, e);
            }
            if (SourceFailures.find(e, TopicAuthorizationException.class) != null) {
                throw new BurrowException(
                        ErrorCode.NOT_AUTHORIZED,
                        "this producer lacks the right to Describe and Write of the dead-letter topic " + topic,
                        e);
            }
            throw SourceFailures.opening(e, servers, "looking for the dead-letter topic " + topic);
        }
        if (partitions == null || partitions.isEmpty()) {
            throw missing(topic, null);
        }
    }

    private BurrowException missing(String topic, @Nullable Throwable cause) {
        return new BurrowException(
                ErrorCode.TOPIC_MISSING, "the dead-letter topic " + topic + " was not found at " + servers, cause);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks only while the metadata of a topic is fetched, at most twice {@code max.block.ms}.
     *
     * @return a stage that completes on the producer's own thread; it fails with {@link ErrorCode#DEAD_LETTER_FAILED}
     */
    @Override
    public CompletionStage<?> send(DeadLetter<K, V> letter) {
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        try {
            send(letter, stored);
        } catch (RuntimeException e) {
            notStored(letter, targetOf(letter), e, stored);
        }
        return stored;
    }

    private void send(DeadLetter<K, V> letter, CompletableFuture<@Nullable Void> stored) {
        Producer<byte[], byte[]> current = producer;
        if (current == null) {
            stored.completeExceptionally(failed(letter, "the sink is not open", null));
        } else if (!(letter.record() instanceof RawRecord raw)) {
            stored.completeExceptionally(failed(letter, "the record is not one of a KafkaSource", null));
        } else {
            ConsumerRecord<byte[], byte[]> record = raw.record();
            int tier = tier(letter.failure());
            String base = base(record.topic());
            String topic = tier < 0 || retries == null ? target.apply(base) : retries.name(base, tier);
            if (topic == null || topic.isBlank() || topic.equals(record.topic()) || topic.equals(base)) {
                stored.completeExceptionally(failed(letter, "it would go to the topic " + topic, null));
                return;
            }
            transmit(current, deadLetter(current, topic, tier, record, letter), letter, stored);
        }
    }

    /** The tier of retries that a record goes to, or -1 if it is a dead letter. */
    private int tier(Failure failure) {
        return retries == null ? -1 : retries.next(failure);
    }

    private String base(String topic) {
        return retries == null ? topic : retries.base(topic);
    }

    /** {@inheritDoc} That is so while there is another retry topic for it, and its failure is not terminal. */
    @Override
    public boolean isRetried(Failure failure) {
        return tier(failure) >= 0;
    }

    /** {@inheritDoc} That is so with retry topics, unless {@link RetryTopics#acceptLossOfOrder()} was said. */
    @Override
    public boolean losesOrder() {
        return retries != null && retries.losesOrder();
    }

    private void transmit(
            Producer<byte[], byte[]> current,
            ProducerRecord<byte[], byte[]> record,
            DeadLetter<K, V> letter,
            CompletableFuture<@Nullable Void> stored) {
        try {
            current.send(record, (metadata, thrown) -> {
                if (thrown == null) {
                    stored.complete(null);
                } else {
                    refused(current, record, letter, stored, thrown);
                }
            });
        } catch (RuntimeException e) {
            refused(current, record, letter, stored, e);
        }
    }

    private void refused(
            Producer<byte[], byte[]> current,
            ProducerRecord<byte[], byte[]> record,
            DeadLetter<K, V> letter,
            CompletableFuture<@Nullable Void> stored,
            Exception thrown) {
        byte @Nullable [] value = record.value();
        boolean strips = onRefused == RefusedAction.STRIP
                && value != null
                && value.length > 0
                && SourceFailures.find(thrown, RecordTooLargeException.class) != null;
        if (!strips) {
            notStored(letter, record.topic(), thrown, stored);
            return;
        }
        if (refusals.isDue(record.topic(), STRIPPED, System.nanoTime())) {
            log.atWarn()
                    .addKeyValue("partition", letter.failure().partition())
                    .addKeyValue("offset", letter.failure().offset())
                    .addKeyValue("topic", record.topic())
                    .log(
                            "The dead letter of {}@{} is too large for the topic {}; it is sent without its value of {} bytes",
                            letter.failure().partition(),
                            letter.failure().offset(),
                            record.topic(),
                            value.length);
        }
        ProducerRecord<byte[], byte[]> stripped = new ProducerRecord<>(
                record.topic(),
                record.partition(),
                null,
                record.key(),
                new byte[0],
                DeadLetterHeaders.stripped(record.headers(), value.length));
        // Not by the producer's own thread: sending may wait for room that only this thread can make.
        CompletableFuture.runAsync(() -> transmit(current, stripped, letter, stored));
    }

    private void notStored(
            DeadLetter<K, V> letter, String topic, Throwable thrown, CompletableFuture<@Nullable Void> stored) {
        String advice = advice(thrown);
        String name = thrown.getClass().getName();
        if (!advice.isEmpty() && refusals.isDue(topic, name, System.nanoTime())) {
            log.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("error", name)
                    .log(
                            "Dead letters for the topic {} are refused with {}{}. Their records stay unfinished.",
                            topic,
                            name,
                            advice);
        }
        BurrowException failure = failed(letter, reason(thrown, topic), thrown);
        String said = failure.getMessage();
        if (!advice.isEmpty() && onRefused == RefusedAction.PARK) {
            stored.completeExceptionally(new TerminalException(said, thrown));
        } else if (!advice.isEmpty() && onRefused == RefusedAction.HALT) {
            stored.completeExceptionally(new BurrowException(ErrorCode.DEAD_LETTER_REFUSED, said, thrown));
        } else {
            stored.completeExceptionally(failure);
        }
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
            Producer<byte[], byte[]> current,
            String topic,
            int tier,
            ConsumerRecord<byte[], byte[]> record,
            DeadLetter<K, V> letter) {
        int partitions = current.partitionsFor(topic).size();
        Integer partition = record.partition() < partitions ? record.partition() : null;
        FailedRecord failed = FailedRecord.of(record, letter.failure(), retries);
        List<Header> all = headers.of(failed, letter);
        if (tier >= 0 && retries != null) {
            long due = letter.failedAt().plus(retries.delay(tier)).toEpochMilli();
            RetryHeaders.add(all, due, failed.attempts() + 1, failed.timestamp());
        }
        return new ProducerRecord<>(topic, partition, null, record.key(), record.value(), all);
    }

    private static String reason(Throwable thrown, String topic) {
        return SourceFailures.find(thrown, TimeoutException.class) != null
                ? "no answer in time for the topic " + topic + "; does it exist?"
                : thrown.getClass().getName() + " for the topic " + topic + advice(thrown);
    }

    /** What has to change when the same letter would be refused for ever. */
    private static String advice(Throwable thrown) {
        if (SourceFailures.find(thrown, RecordTooLargeException.class) != null) {
            return ": it is too large; raise the smaller of the topic's max.message.bytes and the producer's"
                    + " max.request.size";
        }
        if (SourceFailures.find(thrown, AuthorizationException.class) != null) {
            return ": this producer lacks the right to write to it";
        }
        if (SourceFailures.find(thrown, InvalidTopicException.class) != null) {
            return ": that is not a valid name";
        }
        return "";
    }

    private String targetOf(DeadLetter<K, V> letter) {
        try {
            String base = base(letter.failure().partition().topic());
            int tier = tier(letter.failure());
            return tier < 0 || retries == null ? String.valueOf(target.apply(base)) : retries.name(base, tier);
        } catch (RuntimeException e) {
            return "(not known)"; // the user's function
        }
    }

    private static BurrowException failed(DeadLetter<?, ?> letter, String why, @Nullable Throwable cause) {
        return new BurrowException(
                ErrorCode.DEAD_LETTER_FAILED,
                "the dead letter of " + letter.failure().partition() + "@"
                        + letter.failure().offset() + " was not stored: " + why,
                cause);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Waits for the acknowledgement of what was sent, then fails the rest. Calling it again does nothing.
     */
    @Override
    public void close(Duration timeout) {
        Producer<byte[], byte[]> current = producer;
        producer = null;
        if (current == null) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // an interrupt would cut the waiting short
        try {
            current.close(timeout);
        } catch (RuntimeException e) {
            log.atWarn()
                    .addKeyValue("error", e.getClass().getName())
                    .log(
                            "Closing the dead-letter producer failed: {}",
                            e.getClass().getName());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
