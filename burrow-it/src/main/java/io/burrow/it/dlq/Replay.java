package io.burrow.it.dlq;

import io.burrow.kafka.DeadLetterOrigin;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends records of dead letters back where they came from, or to another topic: key, value and the record's own headers
 * as they are; its time is that of sending, or retention might delete it at once. A record goes to the partition that
 * it came from, if its topic still has that; to another topic by its key. What cannot be sent back is told and skipped.
 * One thread.
 */
public final class Replay implements AutoCloseable {
    private static final int LIMIT_MILLIS = 60_000;
    /** The brokers decide what is too large, not this client. */
    private static final int BUFFER_BYTES = 64 * 1024 * 1024;

    private final DeadLetterTopic letters;
    private final @Nullable String to;
    private final PrintWriter out;
    private final PrintWriter err;
    /** Absent in a dry run. */
    private final @Nullable Producer<byte[], byte[]> producer;

    private final Map<String, Integer> partitions = new HashMap<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> refusal = new AtomicReference<>();
    private long sent;
    private long skipped;

    /**
     * Prepares it.
     *
     * @param letters where the dead letters are
     * @param to the topic to send all to, or null for the one that each came from
     * @param dryRun whether to tell only what would be sent
     * @param out gets what would be sent
     * @param err gets what is skipped
     * @throws DlqException if the named topic does not exist or cannot be meant
     */
    public Replay(DeadLetterTopic letters, @Nullable String to, boolean dryRun, PrintWriter out, PrintWriter err) {
        this.letters = letters;
        this.to = to;
        this.out = out;
        this.err = err;
        if (to != null) {
            letters.requireTopic(to);
        }
        this.producer = dryRun ? null : producer(letters);
    }

    private static Producer<byte[], byte[]> producer(DeadLetterTopic letters) {
        Map<String, Object> properties = new HashMap<>(letters.properties());
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, letters.bootstrapServers());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LIMIT_MILLIS);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, BUFFER_BYTES);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends one back, without waiting for the acknowledgement.
     *
     * @param letter the dead letter
     * @throws DlqException if one sent before was refused
     */
    public void add(ConsumerRecord<byte[], byte[]> letter) {
        throwRefusal();
        Optional<DeadLetterOrigin> origin = DeadLetterOrigin.of(letter.headers());
        String target = to != null ? to : origin.map(DeadLetterOrigin::topic).orElse(null);
        String hindrance = hindrance(letter, target);
        if (target == null || hindrance != null) {
            skipped++;
            err.println("skipped " + position(letter) + ": " + hindrance);
            return;
        }
        Integer partition = to != null
                ? null
                : origin.map(DeadLetterOrigin::partition)
                        .filter(number -> number < partitions(target))
                        .orElse(null);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target, partition, null, letter.key(), letter.value(), headersOfRecord(letter));
        sent++;
        if (producer == null) {
            out.println("would send " + position(letter) + " to " + LetterText.printable(target)
                    + (partition == null ? "" : "-" + partition));
            return;
        }
        try {
            producer.send(record, (metadata, thrown) -> {
                if (thrown == null) {
                    acknowledged.incrementAndGet();
                } else {
                    refusal.compareAndSet(null, thrown);
                }
            });
        } catch (KafkaException e) {
            refusal.compareAndSet(null, e);
        }
    }

    private @Nullable String hindrance(ConsumerRecord<byte[], byte[]> letter, @Nullable String target) {
        if (DeadLetterOrigin.isStripped(letter.headers())) {
            return "its value was left out, since it was too large; it is only where the record was read";
        }
        if (target == null) {
            return "its headers do not tell where it came from; name a topic with --to";
        }
        if (target.equals(letters.name())) {
            return "it would come back to this topic";
        }
        return partitions(target) == 0 ? "there is no topic " + LetterText.printable(target) : null;
    }

    private int partitions(String target) {
        return partitions.computeIfAbsent(target, letters::partitions);
    }

    private static List<Header> headersOfRecord(ConsumerRecord<byte[], byte[]> letter) {
        List<Header> headers = new ArrayList<>();
        for (Header header : letter.headers()) {
            if (!DeadLetterOrigin.isHeader(header.key())) {
                headers.add(header);
            }
        }
        return headers;
    }

    private static String position(ConsumerRecord<byte[], byte[]> letter) {
        return letter.partition() + "@" + letter.offset();
    }

    /**
     * Waits for all acknowledgements.
     *
     * @return how many records were sent back, or would have been
     * @throws DlqException if one was refused
     */
    public long finish() {
        if (producer == null) {
            return sent;
        }
        producer.flush();
        throwRefusal();
        return acknowledged.get();
    }

    /**
     * How many could not be sent back.
     *
     * @return the number so far
     */
    public long skipped() {
        return skipped;
    }

    private void throwRefusal() {
        Exception thrown = refusal.get();
        if (thrown != null) {
            throw new DlqException(
                    "a record was refused after " + acknowledged.get() + " were acknowledged: "
                            + DeadLetterTopic.innermost(thrown),
                    thrown);
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO); // all is acknowledged, or a failure is being told
        }
    }
}
