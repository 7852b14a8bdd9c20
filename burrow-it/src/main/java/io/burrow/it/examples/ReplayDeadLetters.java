package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.BurrowException;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Stats;
import io.burrow.core.Burrow;
import io.burrow.kafka.DeadLetterOrigin;
import io.burrow.kafka.KafkaMessage;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaTransactions;
import io.burrow.kafka.Outputs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters back to the partitions they came from, once what made them fail is mended: raw key, value and
 * headers as they were, without what told of the failure. Which of them is for a predicate to say; the others stay
 * where they are and are passed by.
 *
 * <p>Safe under redelivery: a record is sent in the Kafka transaction that commits its dead letter's offset. However
 * often this is killed and started again, readers with {@code isolation.level=read_committed} see each of them once
 * more.
 *
 * <p>A record that fails again comes back here with the header {@code replays} counted up, and is sent no more than
 * three times. What has a header of that name that is no number, from somebody else perhaps, is not sent back, and what
 * was too large to be kept whole cannot be. One that cannot be sent although it should be, since its topic is gone for
 * example, stops everything when some retries have failed: it and what comes after it stay for the next time.
 *
 * <p>({@code ./burrow dlq replay} does it from the command line, without a program.)
 */
public final class ReplayDeadLetters {
    private static final String REPLAYS = "replays";
    private static final int MOST_REPLAYS = 3;

    private ReplayDeadLetters() {}

    /**
     * Sends back all that is there, and ends: with exit status 1 and the reason if it had to stop before.
     *
     * @param args bootstrap servers, the topic of dead letters, and the class name of the failures that are mended
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        Optional<BurrowException> failure =
                replayAll(args[0], args[1], origin -> args[2].equals(origin.exceptionClass()));
        if (failure.isPresent()) {
            System.err.println(failure.get().getMessage());
            System.exit(1);
        }
    }

    /**
     * Sends back all that is there.
     *
     * @return why it stopped before all was dealt with; empty if it was
     */
    static Optional<BurrowException> replayAll(
            String bootstrapServers, String deadLetters, Predicate<DeadLetterOrigin> mended)
            throws InterruptedException {
        try (Burrow<byte[], byte[]> burrow = replay(bootstrapServers, deadLetters, mended)) {
            burrow.start();
            while (!isDone(burrow.stats())) {
                if (burrow.state().isTerminal()) {
                    return Optional.ofNullable(burrow.health().cause());
                }
                Thread.sleep(200);
            }
            return Optional.empty();
        }
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param deadLetters the topic of dead letters
     * @param mended which of them to send back
     * @return a Burrow to start
     */
    public static Burrow<byte[], byte[]> replay(
            String bootstrapServers, String deadLetters, Predicate<DeadLetterOrigin> mended) {
        KafkaTransactions<byte[], byte[]> transactions = KafkaTransactions.<byte[], byte[]>builder()
                .properties(
                        Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "replay-of-" + deadLetters))
                .keySerializer(new ByteArraySerializer())
                .valueSerializer(new ByteArraySerializer())
                .build();
        return Burrow.<byte[], byte[]>builder()
                .source(KafkaSource.<byte[], byte[]>builder()
                        .properties(Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "group.id",
                                "replay-of-" + deadLetters,
                                "auto.offset.reset",
                                "earliest"))
                        .topics(deadLetters)
                        .keyDeserializer(new ByteArrayDeserializer())
                        .valueDeserializer(new ByteArrayDeserializer())
                        .transactions(transactions)
                        .build())
                // what cannot be sent stops it: parked, it would keep it from an end
                .config(c -> c.commitInterval(Duration.ofMillis(200)).onExhausted(ExhaustedAction.HALT))
                .handler(transactions.handler((message, outputs) -> {
                    // Kafka's own record, with its own headers, which tell the origin
                    ConsumerRecord<byte[], byte[]> letter = ((KafkaMessage<byte[], byte[]>) message).record();
                    DeadLetterOrigin origin =
                            DeadLetterOrigin.of(letter.headers()).orElse(null);
                    if (origin != null && mended.test(origin) && !DeadLetterOrigin.isStripped(letter.headers())) {
                        sendBack(letter, origin, outputs);
                    }
                }))
                .build();
    }

    private static void sendBack(
            ConsumerRecord<byte[], byte[]> letter, DeadLetterOrigin origin, Outputs<byte[], byte[]> outputs) {
        int replays = replays(letter.headers().lastHeader(REPLAYS));
        if (replays >= MOST_REPLAYS) {
            return;
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(origin.topic(), origin.partition(), letter.key(), letter.value());
        for (Header header : letter.headers()) {
            if (!DeadLetterOrigin.isHeader(header.key()) && !header.key().equals(REPLAYS)) {
                record.headers().add(header);
            }
        }
        record.headers().add(REPLAYS, Integer.toString(replays + 1).getBytes(UTF_8));
        outputs.send(record);
    }

    /** How often a record was sent back. Too often, where that cannot be read. */
    private static int replays(@Nullable Header header) {
        if (header == null) {
            return 0;
        }
        byte[] value = header.value();
        String text = value == null ? "" : new String(value, UTF_8);
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : MOST_REPLAYS;
    }

    /**
     * Whether everything that is in the topic now was seen and dealt with. What was sent is committed at the latest
     * when the Burrow is closed.
     *
     * @param stats the Burrow's
     * @return true if nothing is left
     */
    public static boolean isDone(Stats stats) {
        return !stats.partitions().isEmpty()
                && stats.partitions().values().stream().allMatch(partition -> partition.unfinishedLag() == 0);
    }
}
