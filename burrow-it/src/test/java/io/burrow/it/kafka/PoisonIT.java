package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.burrow.api.DecodingException;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.ParkedRecord;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
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

    /** A fault of the key, of a header that the deserialiser looks at, and of a mapper: all fail alike. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void poison_inKeyOrHeader_goesToTheDeadLettersWithItsBytes(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            String dead = scene.topic() + "-dlt";
            kafka.createTopic(dead, 1);
            Header fault = new RecordHeader("schema", new byte[] {(byte) 0xff});
            scene.produce(List.of(
                    record(scene, "{key}", "{1}", new RecordHeader("schema", new byte[] {1})),
                    record(scene, "poisonous key", "{2}", new RecordHeader("schema", null)),
                    record(scene, "{key}", "{3}", fault),
                    record(scene, "{key}", "{4}")));
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(
                    Scene.burrow(scene.source().keyDeserializer(OBJECTS).valueDeserializer(new SchemaReader()))
                            .deadLetters(deadLetters())
                            .handler(message -> handled.add(String.valueOf(message.value()))));

            scene.awaitCommitted(0, 4);
            assertThat(handled).containsExactly("{1}", "{4}");
            assertThat(burrow.stats().retried()).isZero();
            assertThat(RawTopic.read(kafka, dead))
                    .extracting(letter -> new String(letter.key(), UTF_8), letter -> new String(letter.value(), UTF_8))
                    .containsExactlyInAnyOrder(tuple("poisonous key", "{2}"), tuple("{key}", "{3}"));
            assertThat(RawTopic.read(kafka, dead))
                    .extracting(letter -> letter.headers().lastHeader("schema").value())
                    .containsExactlyInAnyOrder(null, fault.value());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void poison_skipChosen_isCommittedAsSkipped(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produce(0, "{1}", "poison", "{2}");
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow =
                    scene.start(objects(scene, handled).config(config -> config.onExhausted(ExhaustedAction.SKIP)));

            scene.awaitCommitted(0, 3);
            assertThat(handled).containsExactlyInAnyOrder("{1}", "{2}");
            assertThat(burrow.stats().skipped()).isEqualTo(1);
        }
    }

    /** Looks at a header first, as deserialisers with a schema registry do. */
    private static final class SchemaReader implements Deserializer<String> {
        @Override
        public String deserialize(String topic, byte[] bytes) {
            throw new IllegalStateException("called without headers");
        }

        @Override
        public String deserialize(String topic, Headers headers, byte[] bytes) {
            Header schema = headers.lastHeader("schema");
            if (schema != null && schema.value() != null && schema.value()[0] < 0) {
                throw new SerializationException("no such schema");
            }
            return new String(bytes, UTF_8);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(Scene scene, String key, String value, Header... headers) {
        return new ProducerRecord<>(scene.topic(), 0, key.getBytes(UTF_8), value.getBytes(UTF_8), List.of(headers));
    }

    private KafkaDeadLetters<String, String> deadLetters() {
        return KafkaDeadLetters.<String, String>builder()
                .properties(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))
                .build();
    }

    private static BurrowBuilder<String, String> objects(Scene scene, Queue<String> handled) {
        return Scene.burrow(scene.source().valueDeserializer(OBJECTS))
                .handler(message -> handled.add(String.valueOf(message.value())));
    }
}
