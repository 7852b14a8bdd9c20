package io.burrow.it.demo;

import io.burrow.api.Message;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Something to look at on the page: orders come and are handled for as long as somebody looks, and of four partitions
 * three are held up by one record each, for another reason each.
 */
final class LookPart {
    private static final int PARTITIONS = 4;
    private static final int RECORDS_EACH_TIME = 10;
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final int TROUBLE_AT = 200;

    private final DemoCluster cluster;
    private final DemoPlan plan;
    private final DemoPage page;
    private final CountDownLatch over = new CountDownLatch(1);

    LookPart(DemoCluster cluster, DemoPlan plan, DemoPage page) {
        this.cluster = cluster;
        this.plan = plan;
        this.page = page;
    }

    void run(Screen screen) {
        String topic = cluster.createTopic("look", PARTITIONS);
        String group = cluster.newGroup("look");
        Thread orders = new Thread(() -> produce(topic), "demo-orders");
        orders.setDaemon(true);
        try (BurrowRun run = start(topic, group)) {
            orders.start();
            screen.line("three of four partitions are held up: find out by which record, why, and what to do, at");
            screen.line(page.uri().toString());
            screen.line("Enter ends the demo");
            page.awaitEnter();
            run.stats(); // it has not failed meanwhile
            over.countDown(); // or its close waits for the handler that is stuck
        } finally {
            over.countDown();
        }
    }

    private BurrowRun start(String topic, String group) {
        return new BurrowRun(
                cluster.bootstrapServers(),
                topic,
                group,
                this::handle,
                settings -> settings.name("look")
                        .concurrency(plan.workers())
                        .stuckAfter(Duration.ofSeconds(3))
                        .retryPolicy(RetryPolicy.retries(100).on(IllegalArgumentException.class, RetryDecision.PARK))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(20))),
                page::show);
    }

    private void handle(Message<String, String> message) throws Exception {
        if (message.offset() == TROUBLE_AT) {
            switch (message.partition()) {
                case 1 -> throw new IllegalArgumentException("the demo's record that is parked");
                case 2 -> throw new ConnectException("the demo's record that is tried again");
                case 3 -> over.await();
                default -> {}
            }
        }
        Work.sleep(plan.handlerTime());
    }

    private void produce(String topic) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; over.getCount() > 0; i++) {
                for (int n = 0; n < RECORDS_EACH_TIME * PARTITIONS; n++) {
                    byte[] text = ("order " + i + "-" + n).getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord<>(topic, n % PARTITIONS, text, text));
                }
                if (over.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
