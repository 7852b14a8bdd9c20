package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.CommitMode;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.core.snapshot.SnapshotCodec;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broker that keeps less text beside an offset than Burrow was told: each test has one of its own. */
@Timeout(180)
class RefusedTextIT {
    private static final long SEED = Long.getLong("burrow.text.seed", System.nanoTime());
    private static final int LIMIT_CHARS = 200;
    /** With half of them finished, here and there, it takes a bit for each to say which: more than fits. */
    private static final int RECORDS = 4_000;

    private static final int GAP = 5;

    @ParameterizedTest
    @CsvSource({
        "CLASSIC_COOPERATIVE, SYNC",
        "CLASSIC_COOPERATIVE, ASYNC",
        "CONSUMER, SYNC",
        "CONSUMER, ASYNC",
    })
    void textIsTooLong_lessOfItIsStored_andWhatItNamesIsNotHandledAgain(GroupProtocol protocol, CommitMode mode) {
        System.out.println("seed " + SEED);
        try (EmbeddedKafka kafka = EmbeddedKafka.builder()
                        .property("offset.metadata.max.bytes", String.valueOf(LIMIT_CHARS))
                        .start();
                Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, RECORDS);
            HeldStages stages = new HeldStages();
            Burrow<String, String> first = scene.start(scene.burrow()
                    .config(config -> config.ordering(Ordering.UNORDERED)
                            .concurrency(RECORDS)
                            .commitMode(mode))
                    .asyncHandler(stages));
            stages.awaitStarted(RECORDS);
            Set<Long> finished = someAboveTheGap();
            finished.forEach(stages::complete);
            for (long offset = 0; offset < GAP; offset++) {
                stages.complete(offset); // from here on a commit of the gap has all of that above it
            }

            Await.until("the commit of the gap, with a text", Scene.LIMIT, () -> {
                OffsetAndMetadata stored = stored(kafka, scene);
                return stored != null
                        && stored.offset() == GAP
                        && !stored.metadata().isEmpty();
            });
            assertThat(first.stats().commitFailures()).as("texts were refused").isPositive();
            first.close(Duration.ZERO);

            OffsetAndMetadata stored = Objects.requireNonNull(stored(kafka, scene));
            assertThat(stored.offset()).isEqualTo(GAP);
            assertThat(stored.metadata()).hasSizeBetween(LIMIT_CHARS / 4, LIMIT_CHARS);
            OffsetRanges named = SnapshotCodec.decode(
                            new TopicPartition(scene.topic(), 0),
                            GAP,
                            stored.leaderEpoch().orElse(-1),
                            stored.metadata())
                    .finished();
            assertThat(named.size()).isPositive().isLessThan(finished.size());
            Set<Long> left = new TreeSet<>();
            for (long offset = GAP; offset < RECORDS; offset++) {
                if (named.contains(offset)) {
                    assertThat(finished).contains(offset);
                } else {
                    left.add(offset);
                }
            }

            Queue<Long> handled = new ConcurrentLinkedQueue<>();
            scene.start(scene.burrow()
                    .config(config -> config.ordering(Ordering.UNORDERED).commitMode(mode))
                    .asyncHandler(message -> {
                        handled.add(message.offset());
                        return AsyncMessageHandler.done();
                    }));
            scene.awaitCommitted(0, RECORDS);
            assertThat(new TreeSet<>(handled)).isEqualTo(left);
            assertThat(handled).as("each once").hasSize(left.size());
        }
    }

    private static @Nullable OffsetAndMetadata stored(EmbeddedKafka kafka, Scene scene) {
        return kafka.committed(scene.group()).get(scene.partition(0));
    }

    private static Set<Long> someAboveTheGap() {
        Random random = new Random(SEED);
        Set<Long> some = new TreeSet<>();
        for (long offset = GAP + 1; offset < RECORDS; offset++) {
            if (random.nextBoolean()) {
                some.add(offset);
            }
        }
        return some;
    }
}
