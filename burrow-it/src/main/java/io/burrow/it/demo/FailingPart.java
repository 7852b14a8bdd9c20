package io.burrow.it.demo;

import io.burrow.api.Message;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.kafka.KafkaDeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** One record fails whatever is done: it is tried again while the others go on, and ends in the dead-letter topic. */
final class FailingPart {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DemoCluster cluster;
    private final DemoPlan plan;
    private final @Nullable DemoPage page;
    private final Events events = new Events();

    /**
     * What came of it.
     *
     * @param attempts how often the record was tried
     * @param deadLettered how many records the dead-letter topic holds
     */
    record Result(int attempts, long deadLettered) {}

    FailingPart(DemoCluster cluster, DemoPlan plan, @Nullable DemoPage page) {
        this.cluster = cluster;
        this.plan = plan;
        this.page = page;
    }

    Result run(Screen screen) {
        String topic = cluster.createTopic("failing", plan.partitions());
        String deadTopic = cluster.createTopic("dead-letters", plan.partitions());
        String group = cluster.newGroup("failing");
        cluster.produce(topic, DemoRecords.withFailing(topic, plan.partitions(), plan.failingRecords()));
        try (BurrowRun run = start(topic, deadTopic, group)) {
            Frames frames = new Frames(screen, () -> {
                events.tell(screen);
                return run.view();
            });
            frames.until(
                    "the dead letter",
                    LIMIT,
                    () -> run.stats().deadLettered() > 0 && run.stats().processed() >= plan.failingRecords() - 1);
            frames.settle();
        }
        events.tell(screen);
        List<ConsumerRecord<byte[], byte[]>> letters = read(deadTopic);
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            screen.line("read from the dead-letter topic: " + origin(letter));
        }
        Map<Integer, Long> committed = cluster.committed(group, topic);
        screen.line(String.format(
                Locale.ROOT,
                "%,d of %,d records committed",
                committed.values().stream().mapToLong(Long::longValue).sum(),
                plan.failingRecords()));
        return new Result(events.attempts(), letters.size());
    }

    private BurrowRun start(String topic, String deadTopic, String group) {
        return new BurrowRun(
                cluster.bootstrapServers(),
                topic,
                group,
                this::handle,
                settings -> settings.name("failing")
                        .concurrency(plan.workers())
                        .retryPolicy(RetryPolicy.retries(plan.retries()))
                        .backoff(BackoffStrategy.exponential(
                                plan.backoff(), plan.backoff().multipliedBy(16))),
                parts -> (page == null ? parts : page.show(parts))
                        .listener(events)
                        .deadLetters(KafkaDeadLetters.<String, String>builder()
                                .properties(Map.of("bootstrap.servers", cluster.bootstrapServers()))
                                .topic(deadTopic)
                                .group(group)
                                .build()));
    }

    private void handle(Message<String, String> message) throws InterruptedException {
        Work.sleep(plan.handlerTime());
        if (DemoRecords.FAILING_KEY.equals(message.key())) {
            throw new IllegalStateException("the demo's failing record");
        }
    }

    /** All that the topic holds now. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        long count =
                cluster.ends(topic).values().stream().mapToLong(Long::longValue).sum();
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        cluster.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(cluster.partitions(topic));
            long end = System.nanoTime() + LIMIT.toNanos();
            while (records.size() < count && System.nanoTime() - end < 0) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static String origin(ConsumerRecord<byte[], byte[]> letter) {
        return "offset " + header(letter, "__dlq.errors.offset") + " of partition "
                + header(letter, "__dlq.errors.partition") + ", exhausted after "
                + header(letter, "__dlq.errors.delivery.count") + " attempts for "
                + header(letter, "burrow.dlq.exception.class");
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? "?" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** What happens to the failing record, told by the demo's own thread. */
    private static final class Events implements BurrowListener {
        private final Queue<String> told = new ConcurrentLinkedQueue<>();
        private volatile int attempts;

        @Override
        public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
            attempts = failure.attempt();
            String next = decision == RetryDecision.RETRY
                    ? "again in " + delay.toMillis() + " ms"
                    : "the record is exhausted";
            told.add(where(failure) + ": attempt " + failure.attempt() + " failed, " + next);
        }

        @Override
        public void deadLetter(Failure failure, @Nullable Throwable error) {
            told.add(where(failure) + ": dead letter " + (error == null ? "acknowledged" : "not stored, tried again"));
        }

        int attempts() {
            return attempts;
        }

        void tell(Screen screen) {
            String line = told.poll();
            while (line != null) {
                screen.line(line);
                line = told.poll();
            }
        }

        private static String where(Failure failure) {
            return "offset " + failure.offset() + " of partition "
                    + failure.partition().partition();
        }
    }
}
