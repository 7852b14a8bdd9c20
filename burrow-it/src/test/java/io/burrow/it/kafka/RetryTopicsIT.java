package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Header;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.DeadLetterOrigin;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import io.burrow.kafka.RetryTopics;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that failed wait in topics of their own, and come back from there. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class RetryTopicsIT {
    private static final RetryTopics RETRIES = RetryTopics.after(Duration.ofMillis(700), Duration.ofMillis(900));

    private final EmbeddedKafka kafka;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    RetryTopicsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    private record Seen(String topic, String value, long atMillis, long dueMillis) {}

    private void handle(Message<String, String> message) {
        Header due = message.headers().last("retry_topic-backoff-timestamp");
        long dueMillis = due == null ? 0 : new BigInteger(due.value()).longValue();
        seen.add(new Seen(message.topic(), message.value(), System.currentTimeMillis(), dueMillis));
        boolean lastTier = message.topic().endsWith("-retry-900");
        switch (message.value()) {
            case "bad" -> throw new IllegalStateException("never");
            case "flaky" -> {
                if (!lastTier) {
                    throw new IllegalStateException("not yet");
                }
            }
            case "terminal" -> throw new TerminalException("never, and that is known");
            default -> {}
        }
    }

    private BurrowBuilder<String, String> burrow(Scene scene, KafkaSourceBuilder<String, String> source) {
        return Scene.burrow(source.retryTopics(RETRIES))
                .config(c -> c.ordering(Ordering.UNORDERED).retryPolicy(RetryPolicy.never()))
                .deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))
                        .retryTopics(RETRIES)
                        .build())
                .handler(this::handle);
    }

    private void createTopics(Scene scene) {
        RETRIES.namesFor(scene.topic()).forEach(topic -> kafka.createTopic(topic, 1));
        kafka.createTopic(scene.topic() + "-dlt", 1);
    }

    private List<String> way(Scene scene, String value) {
        return seen.stream()
                .filter(each -> each.value().equals(value))
                .map(each -> each.topic().substring(scene.topic().length()))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void failed_waitsInTheTiers_holdsNothingUp_andComesToTheDeadLettersAtLast(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            createTopics(scene);
            scene.produce(0, "good", "bad", "flaky", "terminal", "good too");
            scene.start(burrow(scene, scene.source()));

            scene.awaitCommitted(0, 5);
            awaitRetriesCommitted(scene);

            assertThat(way(scene, "bad")).containsExactly("", "-retry-700", "-retry-900");
            assertThat(way(scene, "flaky")).containsExactly("", "-retry-700", "-retry-900");
            assertThat(way(scene, "terminal")).containsExactly("");
            assertThat(seen).hasSize(9).allMatch(each -> each.atMillis() >= each.dueMillis());

            List<ConsumerRecord<byte[], byte[]>> dead = RawTopic.read(kafka, scene.topic() + "-dlt");
            assertThat(dead)
                    .extracting(letter -> new String(letter.value(), UTF_8))
                    .containsExactly("terminal", "bad");
            assertThat(DeadLetterOrigin.of(dead.get(1).headers())).hasValueSatisfying(origin -> {
                assertThat(origin.topic()).isEqualTo(scene.topic());
                assertThat(origin.partition()).isZero();
                assertThat(origin.offset()).isEqualTo(1);
                assertThat(origin.attempts()).isEqualTo(3);
            });
            assertThat(dead.get(1).headers().lastHeader("retry_topic-attempts")).isNull();
        }
    }

    @Test
    void restart_findsWhatWaits_andPatternsReadTheRetryTopicsToo() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            createTopics(scene);
            scene.produce(0, "flaky");
            Burrow<String, String> first = scene.start(burrow(scene, scene.source()));
            scene.awaitCommitted(0, 1);
            assertThat(first.close(Duration.ofSeconds(30)).clean()).isTrue();

            scene.start(burrow(
                    scene,
                    KafkaSource.<String, String>builder()
                            .properties(scene.consumerProperties())
                            .pattern(Pattern.compile(Pattern.quote(scene.topic())))
                            .keyDeserializer(new StringDeserializer())
                            .valueDeserializer(new StringDeserializer())));
            awaitRetriesCommitted(scene);
            assertThat(way(scene, "flaky")).containsExactly("", "-retry-700", "-retry-900");
        }
    }

    @Test
    void retryTopicsThatDoNotExist_areNamedBeforeAnythingStarts() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            assertThatThrownBy(() -> scene.start(burrow(scene, scene.source())))
                    .isInstanceOfSatisfying(
                            BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOPIC_MISSING))
                    .hasMessageContaining(scene.topic() + "-retry-700")
                    .hasMessageContaining(scene.topic() + "-retry-900");
        }
    }

    @Test
    void order_hasToBeGivenUpByName() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            assertThatThrownBy(() -> burrow(scene, scene.source())
                            .config(c -> c.ordering(Ordering.KEY))
                            .build())
                    .hasMessageContaining("ordering must be UNORDERED");
        }
    }

    /** Until all that was ever put into the retry topics was handled, which needs one after the other. */
    private void awaitRetriesCommitted(Scene scene) {
        Await.until("all of the retry topics is committed", Scene.LIMIT, () -> {
            Map<TopicPartition, OffsetAndMetadata> committed = kafka.committed(scene.group());
            return RETRIES.namesFor(scene.topic()).stream().allMatch(topic -> {
                TopicPartition partition = new TopicPartition(topic, 0);
                long end = kafka.endOffsets(topic).get(partition);
                OffsetAndMetadata offset = committed.get(partition);
                return end > 0 && offset != null && offset.offset() == end;
            });
        });
    }
}
