package io.burrow.it.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Lets records fail, mends what they failed of, and runs {@link ReplayDeadLetters}, twice. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class ReplayDeadLettersIT {
    private static final String TOPIC = "replayed";
    private static final String DEAD = "replayed-dlt";

    private final EmbeddedKafka kafka;
    private final Set<String> handled = ConcurrentHashMap.newKeySet();
    private volatile boolean mended;

    ReplayDeadLettersIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void whatIsMended_goesBackOnce_andTheRestStays() throws Exception {
        kafka.createTopic(TOPIC, 2);
        kafka.createTopic(DEAD, 2);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        IntStream.range(0, 20).forEach(i -> records.add(Topics.record(TOPIC, "key-" + i, "value-" + i)));
        ProducerRecord<byte[], byte[]> often = Topics.record(TOPIC, "key-often", "often");
        often.headers().add("replays", "3".getBytes(UTF_8));
        records.add(often);
        ProducerRecord<byte[], byte[]> foreign = Topics.record(TOPIC, "key-foreign", "foreign-5");
        foreign.headers().add("replays", "many".getBytes(UTF_8));
        records.add(foreign);
        records.forEach(record -> record.headers().add("trace", "abc".getBytes(UTF_8)));
        kafka.produce(TOPIC, records);

        // 5, 15, often and foreign-5 fail of what is mended later, 7 and 17 of something else
        try (Burrow<String, String> burrow = orders()) {
            burrow.start();
            Await.until(
                    "handled or dead",
                    Topics.LIMIT,
                    () -> burrow.stats().processed() == 16 && burrow.stats().deadLettered() == 6);
        }
        mended = true;
        replay();
        ReplayDeadLetters.main(new String[] {kafka.bootstrapServers(), DEAD, IllegalStateException.class.getName()
        }); // finds nothing new

        List<ConsumerRecord<String, String>> all = Topics.committed(kafka, TOPIC);
        List<ConsumerRecord<String, String>> sentBack = all.stream()
                .filter(record -> record.headers().lastHeader("replays") != null)
                .filter(record -> Topics.header(record, "replays").equals("1"))
                .toList();
        assertThat(all).hasSize(22 + 2);
        assertThat(sentBack)
                .extracting(ConsumerRecord::key, ConsumerRecord::value)
                .containsExactlyInAnyOrder(tuple("key-5", "value-5"), tuple("key-15", "value-15"));
        assertThat(sentBack).allSatisfy(record -> {
            assertThat(Topics.header(record, "trace")).isEqualTo("abc");
            assertThat(record.headers()).as("trace and replays").hasSize(2);
            assertThat(all)
                    .anyMatch(first -> first.offset() < record.offset()
                            && first.partition() == record.partition()
                            && first.value().equals(record.value()));
        });

        try (Burrow<String, String> burrow = orders()) {
            burrow.start();
            Await.until("sent back and handled", Topics.LIMIT, () -> handled.size() == 18);
        }
        assertThat(handled).contains("value-5", "value-15").doesNotContain("often", "foreign-5", "value-7");
    }

    @Test
    void whatCannotBeSent_stopsIt_andItSaysWhy() throws Exception {
        kafka.createTopic("replay-fails", 1);
        kafka.createTopic("replay-fails-dlt", 1);
        ProducerRecord<byte[], byte[]> letter = Topics.record("replay-fails-dlt", "key", "value");
        letter.headers()
                .add("__dlq.errors.topic", "replay-fails".getBytes(UTF_8))
                .add("__dlq.errors.partition", "0".getBytes(UTF_8))
                .add("__dlq.errors.offset", "0".getBytes(UTF_8));
        kafka.produce("replay-fails-dlt", List.of(letter));

        Optional<BurrowException> failure =
                ReplayDeadLetters.replayAll(kafka.bootstrapServers(), "replay-fails-dlt", origin -> {
                    throw new IllegalStateException("the predicate's own fault");
                });

        assertThat(failure).hasValueSatisfying(cause -> assertThat(cause.code()).isEqualTo(ErrorCode.RECORD_HALTED));
        assertThat(kafka.committed("replay-of-replay-fails-dlt").values().stream()
                        .mapToLong(OffsetAndMetadata::offset)
                        .sum())
                .as("it comes again")
                .isZero();
        assertThat(Topics.committed(kafka, "replay-fails")).isEmpty();
    }

    private void replay() {
        try (Burrow<byte[], byte[]> replay = ReplayDeadLetters.replay(
                kafka.bootstrapServers(),
                DEAD,
                origin -> IllegalStateException.class.getName().equals(origin.exceptionClass()))) {
            replay.start();
            Await.until("all seen", Topics.LIMIT, () -> ReplayDeadLetters.isDone(replay.stats()));
        }
    }

    private Burrow<String, String> orders() {
        return Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", kafka.bootstrapServers(),
                                "group.id", "replayed",
                                "auto.offset.reset", "earliest",
                                "isolation.level", "read_committed"))
                        .topics(TOPIC)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", kafka.bootstrapServers()))
                        .topic(DEAD)
                        .build())
                .config(c -> c.retryPolicy(RetryPolicy.never())
                        .backoff(BackoffStrategy.fixed(Duration.ZERO))
                        .errorThreshold(0))
                .handler(message -> {
                    String value = message.value();
                    if (!mended && (value.endsWith("5") || value.equals("often"))) {
                        throw new IllegalStateException("to be mended");
                    }
                    if (value.endsWith("7")) {
                        throw new IllegalArgumentException("something else");
                    }
                    handled.add(value);
                })
                .build();
    }
}
