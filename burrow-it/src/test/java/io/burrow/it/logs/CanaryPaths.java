package io.burrow.it.logs;

import static io.burrow.it.logs.CanaryMain.CANARY;
import static io.burrow.it.logs.CanaryMain.tell;

import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;
import io.burrow.it.broker.Await;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaDeadLettersBuilder;
import io.burrow.kafka.KafkaSourceBuilder;
import io.burrow.kafka.KafkaTransactions;
import io.burrow.kafka.RetryTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** The ways that a record takes besides that of {@link CanaryMain}; on each of them all fails that can. */
final class CanaryPaths {
    /** Longer apart than lines of the log that repeat. */
    static final RetryTopics RETRIES = RetryTopics.after(Duration.ofMillis(1_500));

    private final String servers;
    private final String topic;
    private final String deadTopic;
    private final CanaryWatch watch;

    CanaryPaths(String servers, String topic, String deadTopic, CanaryWatch watch) {
        this.servers = servers;
        this.topic = topic;
        this.deadTopic = deadTopic;
        this.watch = watch;
    }

    /** Takes the topic that takes small records only. */
    void walk(String smallTopic) throws Exception {
        batches();
        retryTopics();
        deduplicated();
        transactions();
        refusedOutputs(smallTopic);
    }

    private void run(BurrowBuilder<String, String> builder, String what, Predicate<Burrow<String, String>> end)
            throws Exception {
        try (Burrow<String, String> burrow = watch.over(builder).build()) {
            burrow.start();
            Await.until(what, Duration.ofSeconds(60), () -> end.test(burrow));
            tell(burrow.health().toString());
            watch.tellAll();
            burrow.close(Duration.ofSeconds(5));
        }
    }

    private KafkaSourceBuilder<String, String> source(String name) {
        return CanaryMain.source(servers, topic, name);
    }

    private BurrowBuilder<String, String> reading(String name) {
        return CanaryMain.reading(name, source(name)).deadLetters(CanaryMain.stripping(servers, deadTopic));
    }

    private KafkaDeadLettersBuilder<String, String> letters() {
        return KafkaDeadLetters.<String, String>builder()
                .properties(CanaryMain.properties(servers, Map.of()))
                .topic(deadTopic);
    }

    private void batches() throws Exception {
        run(reading("canary-batches").batchHandler(CanaryPaths::handle), "the end of all batches", CanaryMain::isDone);
    }

    private static List<Outcome> handle(List<? extends Message<String, String>> messages) {
        tell(messages.toString());
        if (messages.get(0).attempt() == 1) {
            throw new IllegalStateException(CANARY);
        }
        return IntStream.range(0, messages.size())
                .mapToObj(i -> i % 2 == 0 ? Outcome.failure(new IllegalStateException(CANARY)) : Outcome.success())
                .toList();
    }

    private void retryTopics() throws Exception {
        String name = "canary-retries";
        BurrowBuilder<String, String> builder = CanaryMain.reading(
                        name, source(name).retryTopics(RETRIES))
                .deadLetters(letters().retryTopics(RETRIES).build())
                .handler(message -> {
                    tell(message.toString());
                    throw new IllegalStateException(CANARY);
                });
        String retried = RETRIES.namesFor(topic).get(0);
        run(
                builder,
                "the end of all retries",
                burrow -> burrow.stats().partitions().values().stream()
                        .anyMatch(each -> each.partition().topic().equals(retried) && each.commitPoint() > 0));
    }

    /** Some records have no identity that can be told or compared, and all others the same one. */
    private void deduplicated() throws Exception {
        BurrowBuilder<String, String> builder = reading("canary-once")
                .stage(Stages.deduplicate(
                        message -> switch ((int) message.offset() % 3) {
                            case 0 -> throw new IllegalStateException(CANARY);
                            case 1 -> new Unequal();
                            default -> CANARY;
                        },
                        Duration.ofMinutes(1),
                        10))
                .handler(message -> {
                    if (message.attempt() == 1) {
                        throw new IllegalStateException(CANARY);
                    }
                });
        run(builder, "the end of all that is handled once", CanaryMain::isDone);
    }

    /** Whatever is asked of it throws. */
    private static final class Unequal {
        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException(CANARY);
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException(CANARY);
        }
    }

    private KafkaTransactions<String, String> outputs(String name) {
        return KafkaTransactions.<String, String>builder()
                .properties(CanaryMain.properties(servers, Map.of("transactional.id", name)))
                .keySerializer(new StringSerializer())
                .valueSerializer((to, value) -> {
                    if (value.startsWith("unwritable")) {
                        throw new IllegalArgumentException(value);
                    }
                    return new StringSerializer().serialize(to, value);
                })
                .build();
    }

    private void transactions() throws Exception {
        String name = "canary-outputs";
        KafkaTransactions<String, String> outputs = outputs(name);
        BurrowBuilder<String, String> builder = CanaryMain.reading(
                        name, source(name).transactions(outputs))
                .deadLetters(letters().build())
                .handler(outputs.handler((message, out) -> {
                    tell(message.toString());
                    out.send(new ProducerRecord<>(deadTopic, CANARY, CANARY));
                    switch ((int) message.offset() % 3) {
                        case 0 -> throw new IllegalStateException(CANARY);
                        case 1 -> out.send(new ProducerRecord<>(deadTopic, CANARY, "unwritable " + CANARY));
                        default -> tell(outputs.toString());
                    }
                }));
        run(builder, "the end of all transactions", CanaryMain::isDone);
    }

    private void refusedOutputs(String smallTopic) throws Exception {
        String name = "canary-refused";
        KafkaTransactions<String, String> outputs = outputs(name);
        BurrowBuilder<String, String> builder = CanaryMain.reading(
                        name, source(name).transactions(outputs))
                .handler(outputs.handler(
                        (message, out) -> out.send(new ProducerRecord<>(smallTopic, CANARY, CANARY.repeat(1_000)))));
        run(builder, "a commit that fails", burrow -> burrow.stats().commitFailures() > 0);
    }
}
