package io.burrow.it.chaos.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import io.burrow.it.chaos.history.HistoryWriter;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the client calls back within a poll is its user's time, and told as such. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class WatchedConsumerIT {
    private static final Duration MOST = Duration.ofMillis(500);
    private static final Duration BUSY = Duration.ofMillis(1_000);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final EmbeddedKafka kafka;
    private final PauseMeter pauses = PauseMeter.start();

    @TempDir
    private Path directory;

    WatchedConsumerIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void callbacksOfRebalancesAndOfCommits_thatTakeTooLong_areGapsOfTheUser() throws IOException {
        String topic = "watched-consumer";
        kafka.client().createTopic(topic, 1);
        Path file = directory.resolve("m1");
        try (HistoryWriter history = new HistoryWriter(file);
                WatchedConsumer consumer = new WatchedConsumer(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ConsumerConfig.GROUP_ID_CONFIG,
                                topic),
                        history,
                        pauses,
                        MOST)) {
            AtomicBoolean called = new AtomicBoolean();
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    beBusy();
                    called.set(true);
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
            });
            pollUntil(consumer, called);
            assertThat(longGaps(file)).isEqualTo(1);

            called.set(false);
            consumer.commitAsync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)), (offsets, thrown) -> {
                beBusy();
                called.set(true);
            });
            pollUntil(consumer, called);
            assertThat(longGaps(file)).isEqualTo(2);
        }
    }

    private void pollUntil(WatchedConsumer consumer, AtomicBoolean called) {
        Await.until("the call", LIMIT, () -> {
            consumer.poll(Duration.ofMillis(50));
            return called.get();
        });
        consumer.poll(Duration.ofMillis(50)); // that tells of the one before
    }

    /** As long as this process has to run for that. */
    private void beBusy() {
        long end = System.nanoTime() - pauses.nanos() + BUSY.toNanos();
        Await.until("time to pass", LIMIT, () -> System.nanoTime() - pauses.nanos() >= end);
    }

    private static long longGaps(Path file) throws IOException {
        return History.read(file).events().stream()
                .filter(event -> event instanceof Event.PollGap gap && gap.millis() >= MOST.toMillis())
                .count();
    }
}
