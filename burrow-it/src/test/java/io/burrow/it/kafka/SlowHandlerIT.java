package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that take longer than a consumer may stay away from its polls. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class SlowHandlerIT {
    private static final Duration MAX_POLL_INTERVAL = Duration.ofMillis(1_500);

    private final EmbeddedKafka kafka;

    SlowHandlerIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** Partitions that were taken away. */
    private record Taken(Queue<TopicPartition> into) implements BurrowListener {
        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            into.addAll(partitions);
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            into.addAll(partitions);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void handle_longerThanMaxPollInterval_keepsItsPartitions(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 4);
            CountDownLatch goOn = new CountDownLatch(1);
            Queue<Long> started = new ConcurrentLinkedQueue<>();
            Queue<TopicPartition> taken = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(Scene.burrow(scene.source(scene.consumerProperties(
                            ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) MAX_POLL_INTERVAL.toMillis())))
                    .listener(new Taken(taken))
                    // every worker is busy, and the partition is full: nothing is fetched meanwhile
                    .config(config -> config.concurrency(2).maxInFlightRecords(2))
                    .handler(message -> {
                        if (message.partition() == 0) {
                            started.add(message.offset());
                            if (!goOn.await(60, TimeUnit.SECONDS)) {
                                throw new IllegalStateException("nobody let it go on");
                            }
                        }
                    }));
            Await.until("both workers busy", Scene.LIMIT, () -> started.size() == 2);

            long begin = System.nanoTime();
            Duration enough = MAX_POLL_INTERVAL.multipliedBy(2);
            Await.until("twice the interval to pass", Scene.LIMIT, () -> System.nanoTime() - begin > enough.toNanos());
            assertThat(taken).isEmpty();
            assertThat(scene.members()).isEqualTo(1);

            goOn.countDown();
            scene.awaitCommitted(0, 4);
            assertThat(started).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
            assertThat(taken).isEmpty();
            assertThat(burrow.stats().commitFailures()).isZero();
        }
    }
}
