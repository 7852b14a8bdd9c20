package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets without a record for the reader: the marks that end a transaction, and all of an aborted one. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class TransactionsIT {
    private final EmbeddedKafka kafka;

    TransactionsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void markersAndAbortedRecords_doNotHoldTheCommitPoint(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                Producer<byte[], byte[]> producer = transactional(scene)) {
            write(producer, scene, true, "a", "b");
            write(producer, scene, false, "x", "y", "z");
            write(producer, scene, true, "c");
            write(producer, scene, false, "x");
            // 2 + mark, 3 + mark, 1 + mark, 1 + mark: the log ends with nothing to deliver. A mark may come a little
            // later than the answer to the producer.
            Await.until("the last mark", Scene.LIMIT, () -> scene.end(0) == 11);
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow =
                    scene.start(committedOnly(scene).handler(message -> handled.add(String.valueOf(message.value()))));

            scene.awaitCommitted(0, 11);
            assertThat(handled).containsExactlyInAnyOrder("a", "b", "c");

            write(producer, scene, false, "x", "x");
            scene.awaitCommitted(0, 14);
            write(producer, scene, true, "d");
            scene.awaitCommitted(0, 16);
            assertThat(handled).containsExactlyInAnyOrder("a", "b", "c", "d");
            assertThat(burrow.stats().inFlight()).isZero();
            assertThat(scene.commitHistory(0)).isSorted();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void recordHeldBeforeAborted_holdsTheCommitPointAtItself(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                Producer<byte[], byte[]> producer = transactional(scene)) {
            write(producer, scene, true, "a", "b");
            write(producer, scene, false, "x", "y");
            write(producer, scene, true, "c");
            HeldStages stages = new HeldStages();
            Burrow<String, String> burrow = scene.start(committedOnly(scene).asyncHandler(scene.exceptBeats(stages)));

            stages.awaitStarted(3);
            stages.complete(0, 6);
            scene.awaitCommitted(0, 1);
            scene.beat();
            assertThat(scene.committed(0)).isEqualTo(1);

            stages.complete(1);
            Await.until("nothing in flight", Scene.LIMIT, () -> burrow.stats().inFlight() == 0);
            scene.awaitCommitted(0, 8);
        }
    }

    private static BurrowBuilder<String, String> committedOnly(Scene scene) {
        return Scene.burrow(
                scene.source(scene.consumerProperties(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")));
    }

    private Producer<byte[], byte[]> transactional(Scene scene) {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        scene.topic()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static void write(Producer<byte[], byte[]> producer, Scene scene, boolean commit, String... values) {
        producer.beginTransaction();
        for (String value : values) {
            producer.send(new ProducerRecord<>(scene.topic(), 0, null, value.getBytes(UTF_8)));
        }
        producer.flush(); // an abort would leave out what was not sent yet
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }
}
