package io.burrow.it.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.ExhaustedAction;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.tracing.otel.BurrowTracing;
import io.opentelemetry.api.GlobalOpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * An application that runs under the OpenTelemetry agent: sends records, handles them with a Burrow that is traced,
 * gives one up, and reads another topic with a plain loop, whose spans show that the agent watches consumers.
 */
final class AgentMain {
    static final String FAILING = "fails";

    private AgentMain() {}

    /** Takes the servers, the topic, the topic for dead letters, the topic of the plain loop, and how many records. */
    public static void main(String[] args) throws Exception {
        String servers = args[0];
        String topic = args[1];
        String deadTopic = args[2];
        String plainTopic = args[3];
        int records = Integer.parseInt(args[4]);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                String value = i == 1 ? FAILING : "record " + i;
                producer.send(new ProducerRecord<>(topic, value.getBytes(UTF_8)))
                        .get();
            }
            producer.send(new ProducerRecord<>(plainTopic, "plain".getBytes(UTF_8)))
                    .get();
        }
        handle(servers, topic, deadTopic, records);
        readPlain(servers, plainTopic);
    }

    private static void handle(String servers, String topic, String deadTopic, int records) throws Exception {
        BurrowTracing tracing = BurrowTracing.builder(GlobalOpenTelemetry.get())
                .consumerGroup("traced")
                .build();
        DeadLetterSink<String, String> deadLetters = KafkaDeadLetters.<String, String>builder()
                .properties(Map.of("bootstrap.servers", servers))
                .topic(deadTopic)
                .build();
        CountDownLatch handled = new CountDownLatch(records);
        try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", servers, "group.id", "traced", "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .config(config -> config.onExhausted(ExhaustedAction.DEAD_LETTER))
                .stage(tracing.stage())
                .listener(tracing.commits())
                .deadLetters(tracing.deadLetters(deadLetters))
                .handler(message -> {
                    handled.countDown();
                    if (message.value().equals(FAILING)) {
                        throw new TerminalException("on purpose");
                    }
                })
                .build()) {
            burrow.start();
            if (!handled.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not handled: " + handled.getCount());
            }
            if (!burrow.close(Duration.ofSeconds(30)).clean()) {
                throw new IllegalStateException("not closed cleanly");
            }
        }
    }

    private static void readPlain(String servers, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            boolean read = false;
            while (!read) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("nothing was read");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    read |= record.offset() == 0;
                }
            }
        }
    }
}
