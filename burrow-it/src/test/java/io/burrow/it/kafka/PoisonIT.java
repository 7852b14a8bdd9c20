package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.DecodingException;
import io.burrow.api.ParkedRecord;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records whose bytes cannot be deserialised: they fail as others do, once, and stop nothing. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class PoisonIT {
    /** As a parser of JSON would: objects only. */
    private static final Deserializer<String> OBJECTS = (topic, bytes) -> {
        String text = new String(bytes, UTF_8);
        if (!text.startsWith("{")) {
            throw new SerializationException("no object");
        }
        return text;
    };

    private final EmbeddedKafka kafka;

    PoisonIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void poison_withDeadLetters_goesThereAtOnceAndTheRestGoesOn(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            kafka.createTopic(scene.topic() + "-dlt", 1);
            scene.produce(0, "{1}", "poison", "{2}", "{3}");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(objects(scene, handled)
                    .deadLetters(KafkaDeadLetters.<String, String>builder()
                            .properties(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))
                            .build()));

            scene.awaitCommitted(0, 4);
            assertThat(handled).containsExactlyInAnyOrder("{1}", "{2}", "{3}");
            assertThat(burrow.stats().deadLettered()).isEqualTo(1);
            assertThat(burrow.stats().retried()).isZero();
            assertThat(RawTopic.read(kafka, scene.topic() + "-dlt"))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.value()).isEqualTo("poison".getBytes(UTF_8));
                        assertThat(letter.headers()
                                        .lastHeader("burrow.dlq.exception.class")
                                        .value())
                                .isEqualTo(DecodingException.class.getName().getBytes(UTF_8));
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void poison_withoutDeadLetters_isParkedAndTheRestGoesOn(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produce(0, "{1}", "poison", "{2}", "{3}");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(objects(scene, handled));

            Await.until(
                    "the rest handled",
                    Scene.LIMIT,
                    () -> handled.size() == 3 && burrow.stats().parked() == 1);
            assertThat(burrow.parked())
                    .singleElement()
                    .extracting(ParkedRecord::offset, ParkedRecord::attempts, ParkedRecord::errorClass)
                    .containsExactly(1L, 1, DecodingException.class.getName());
            scene.awaitCommitted(0, 1);
        }
    }

    private static BurrowBuilder<String, String> objects(Scene scene, Queue<String> handled) {
        return Scene.burrow(scene.source().valueDeserializer(OBJECTS))
                .handler(message -> handled.add(String.valueOf(message.value())));
    }
}
