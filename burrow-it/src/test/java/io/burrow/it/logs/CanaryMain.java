package io.burrow.it.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.StuckAction;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;
import io.burrow.it.broker.Await;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import io.burrow.kafka.RefusedAction;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * An application in which everything fails that can, and which prints what it is told: health, problems, stats, errors.
 * Whatever is not to be seen holds one word.
 */
final class CanaryMain {
    static final String CANARY = "c4nary";
    /** A header's name, which shows where an application prints headers itself. */
    static final String HEADER = "h3ader";

    /** How many there are in the topic. */
    static final int RECORDS = 12;

    private CanaryMain() {}

    /** Takes the servers, the topic, the topic for dead letters, and a topic that takes small records only. */
    public static void main(String[] args) throws Exception {
        String servers = args[0];
        String topic = args[1];
        String deadTopic = args[2];
        produce(servers, topic);
        refused(servers, topic);
        try (CanaryWatch watch = new CanaryWatch()) {
            plain(servers, topic, deadTopic, watch);
            new CanaryPaths(servers, topic, deadTopic, watch).walk(args[3]);
            watch.tellWhatFails();
        }
    }

    private static void plain(String servers, String topic, String deadTopic, CanaryWatch watch) throws Exception {
        BurrowBuilder<String, String> builder = reading("canary", source(servers, topic, "canary"))
                .config(config -> config.stuckAfter(Duration.ofMillis(200)).onStuck(StuckAction.DEAD_LETTER))
                .deadLetters(stripping(servers, deadTopic))
                .stage(Stages.mdc("canary"))
                .listener(new Throwing())
                .asyncHandler(CanaryMain::handle);
        try (Burrow<String, String> burrow = watch.over(builder).build()) {
            burrow.start();
            Await.until("the end of all records", Duration.ofSeconds(60), () -> isDone(burrow));
            watch.tellAll();
            tell(burrow.stats().toString());
            tell(burrow.health().toString());
            tell(burrow.health().problems().toString());
            tell(burrow.parked().toString());
            tell(burrow.toString());
        }
    }

    /** With settings under which what fails does so soon. */
    static BurrowBuilder<String, String> reading(String name, KafkaSourceBuilder<String, String> source) {
        return Burrow.<String, String>builder()
                .source(source.build())
                .config(config -> config.name(name)
                        .ordering(Ordering.UNORDERED)
                        .errorThreshold(0)
                        .retryPolicy(RetryPolicy.retries(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(10)))
                        .commitInterval(Duration.ofMillis(100)));
    }

    /** A sink for which some records are too large. */
    static KafkaDeadLetters<String, String> stripping(String servers, String deadTopic) {
        return KafkaDeadLetters.<String, String>builder()
                .properties(properties(servers, Map.of("max.request.size", 20_000)))
                .topic(deadTopic)
                .onRefused(RefusedAction.STRIP)
                .build();
    }

    static boolean isDone(Burrow<String, String> burrow) {
        return burrow.stats().partitions().values().stream()
                        .mapToLong(each -> each.commitPoint())
                        .sum()
                == RECORDS;
    }

    private static AsyncMessageHandler<String, String> failing(RuntimeException failure) {
        return message -> {
            throw failure;
        };
    }

    private static CompletionStage<?> handle(Message<String, String> message) throws Exception {
        tell(message.toString());
        tell(message.headers().toString());
        return switch ((int) message.offset() % 6) {
            case 0 -> failing(new IllegalStateException(CANARY)).handle(message);
            case 1 -> CompletableFuture.failedFuture(new TerminalException(CANARY));
            case 2 -> new CompletableFuture<>(); // stuck
            case 3 ->
                failing(new IllegalStateException(new IllegalArgumentException(CANARY)))
                        .handle(message);
            default -> AsyncMessageHandler.done();
        };
    }

    static void tell(String text) {
        System.out.println(text);
    }

    /** A listener of the user's own, whose failures are the user's. */
    private static final class Throwing implements BurrowListener {
        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            throw new IllegalStateException(CANARY);
        }

        @Override
        public void error(BurrowException error) {
            tell(error.toString());
        }

        @Override
        public void deadLetter(Failure failure, Throwable error) {
            tell(failure + (error == null ? "" : " " + error.getMessage()));
        }
    }

    static KafkaSourceBuilder<String, String> source(String servers, String topic, String group) {
        return KafkaSource.<String, String>builder()
                .properties(properties(servers, Map.of("group.id", group, "auto.offset.reset", "earliest")))
                .topics(topic)
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer((name, bytes) -> {
                    String text = new String(bytes, UTF_8);
                    if (text.startsWith("unreadable")) {
                        throw new IllegalArgumentException(text);
                    }
                    return text;
                });
    }

    static Map<String, Object> properties(String servers, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", servers);
        properties.put("sasl.jaas.config", "org.example.Login required username=\"a\" password=\"" + CANARY + "\";");
        properties.put("ssl.keystore.password", CANARY);
        properties.put("ssl.key.password", CANARY);
        properties.put("ssl.truststore.password", CANARY);
        return properties;
    }

    /** Settings that are refused: the errors name them, without their secrets. */
    private static void refused(String servers, String topic) {
        List<Map<String, Object>> wrong = List.of(
                Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"),
                Map.of("security.protocol", "SSL", "ssl.keystore.location", "/nowhere"),
                Map.of("enable.auto.commit", "true"));
        for (Map<String, Object> each : wrong) {
            Map<String, Object> properties = properties(servers, each);
            properties.put("group.id", "refused");
            try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                    .source(KafkaSource.<String, String>builder()
                            .properties(properties)
                            .topics(topic)
                            .keyDeserializer(new StringDeserializer())
                            .valueDeserializer(new StringDeserializer())
                            .build())
                    .handler(message -> {})
                    .build()) {
                burrow.start();
                throw new AssertionError("not refused: " + each.keySet());
            } catch (RuntimeException e) {
                tell("refused: " + e.getMessage());
            }
        }
    }

    private static void produce(String servers, String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                String value = i == 5 ? "unreadable " + CANARY : i == 6 ? CANARY.repeat(10_000) : CANARY + i;
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topic, 0, (CANARY + "-key-" + i).getBytes(UTF_8), value.getBytes(UTF_8));
                record.headers().add(HEADER, CANARY.getBytes(UTF_8));
                producer.send(record).get();
            }
        }
    }
}
