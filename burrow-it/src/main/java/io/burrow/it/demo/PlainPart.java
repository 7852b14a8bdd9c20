package io.burrow.it.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What Kafka's own consumer does with the handler: a loop of poll, handle each, commit. */
final class PlainPart {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final DemoCluster cluster;
    private final DemoPlan plan;
    private final String topic;
    private final String group;
    private final Map<Integer, Long> ends;
    private final HandledLog log = new HandledLog();
    private final RateMeter meter = new RateMeter();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<Progress> progress = new AtomicReference<>(new Progress(0, 0));
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long startedNanos;

    /** How many records were handled, and when the last of them was. */
    private record Progress(long handled, long nanos) {}

    PlainPart(DemoCluster cluster, DemoPlan plan, String topic) {
        this.cluster = cluster;
        this.plan = plan;
        this.topic = topic;
        this.group = cluster.newGroup("plain");
        this.ends = cluster.ends(topic);
    }

    /** Returns records a second. */
    double run(Screen screen) {
        Frames frames = new Frames(screen, this::view);
        startedNanos = System.nanoTime();
        Thread thread = new Thread(this::consume, "plain-consumer");
        thread.setDaemon(true);
        thread.start();
        try {
            frames.until(
                    "the plain consumer's first record",
                    START_LIMIT,
                    () -> handled().handled() > 0);
            frames.during(plan.plainWarmUp());
            Progress from = handled();
            frames.during(plan.plainMeasured());
            Progress to = handled();
            frames.settle();
            // From the end of one record to the end of another: no part of a record is counted.
            return (to.handled() - from.handled()) * 1e9 / (to.nanos() - from.nanos());
        } finally {
            stop.set(true);
            end.handle((done, failure) -> done).join();
        }
    }

    private void consume() {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        cluster.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        DemoProducer.BATCH_BYTES,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!stop.get()) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    if (stop.get()) {
                        return;
                    }
                    log.started(record.partition(), record.offset());
                    Work.sleep(plan.handlerTime());
                    log.done(record.partition(), record.offset());
                    progress.set(new Progress(log.done(), System.nanoTime()));
                }
                consumer.commitSync();
            }
        } catch (InterruptedException | RuntimeException failure) {
            end.completeExceptionally(failure);
        } finally {
            end.complete(null);
        }
    }

    private Progress handled() {
        if (end.isCompletedExceptionally()) {
            try {
                end.join();
            } catch (CompletionException failure) {
                throw new DemoException("the plain consumer failed: " + failure.getCause(), failure.getCause());
            }
        }
        return progress.get();
    }

    private View view() {
        long now = System.nanoTime();
        return new View(
                Duration.ofNanos(now - startedNanos),
                meter.read(now, log.done()),
                log.done(),
                log.inHandlers(),
                log.inHandlers(),
                log.partitions(ends, committed));
    }
}
