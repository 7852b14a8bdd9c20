package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Health;
import io.burrow.api.ParkedRecord;
import io.burrow.api.PartitionHealth;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A record whose handler fails, without a sink for dead letters. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class FailingRecordIT {
    private static final UnaryOperator<BurrowConfig.Builder> TWO_ATTEMPTS =
            config -> config.retryPolicy(RetryPolicy.retries(1)).backoff(BackoffStrategy.fixed(Duration.ofMillis(5)));

    private final EmbeddedKafka kafka;

    FailingRecordIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void fail_always_parksHoldsTheCommitPointAndComesAgainAfterRestart(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            TopicPartition partition = new TopicPartition(scene.topic(), 0);
            scene.produceNumbered(0, 8);
            Burrow<String, String> burrow =
                    scene.start(scene.burrow().config(TWO_ATTEMPTS).handler(message -> {
                        if (message.partition() == 0 && message.offset() == 3) {
                            throw new IllegalStateException("no");
                        }
                    }));

            Await.until(
                    "all but one handled",
                    Scene.LIMIT,
                    () -> burrow.stats().processed() == 7 && burrow.stats().parked() == 1);
            scene.beat();
            assertThat(scene.committed(0)).isEqualTo(3);

            Stats stats = burrow.stats();
            assertThat(stats.failed()).isEqualTo(2);
            assertThat(stats.retried()).isEqualTo(1);
            assertThat(stats.inFlight()).isEqualTo(1);
            assertThat(stats.partitions().get(partition)).isNotNull().satisfies(of -> {
                assertThat(of.parked()).isEqualTo(1);
                assertThat(of.finishedAboveGap()).isEqualTo(4);
                assertThat(of.blocked()).isEqualTo(BlockedReason.HELD_BY_PARKED);
                assertThat(of.oldestAge()).isPositive();
            });
            assertThat(burrow.parked()).singleElement().satisfies(parked -> {
                assertThat(parked.partition()).isEqualTo(partition);
                assertThat(parked.offset()).isEqualTo(3);
                assertThat(parked.attempts()).isEqualTo(2);
                assertThat(parked.errorClass()).isEqualTo(IllegalStateException.class.getName());
            });
            Health health = burrow.health();
            assertThat(health.status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(health.live()).isTrue();
            assertThat(health.partitions())
                    .filteredOn(of -> of.partition().equals(partition))
                    .singleElement()
                    .satisfies(of -> {
                        assertThat(of.reason()).isEqualTo(BlockedReason.HELD_BY_PARKED);
                        assertThat(of.detail()).contains("offset 3");
                    });

            assertThat(burrow.close(Scene.LIMIT).unfinishedRecords()).isEqualTo(1);
            assertThat(scene.committed(0)).isEqualTo(3);

            Queue<Long> again = new ConcurrentLinkedQueue<>();
            scene.start(scene.burrow().handler(message -> {
                if (message.partition() == 0) {
                    again.add(message.offset());
                    assertThat(message.attempt()).isEqualTo(1);
                }
            }));
            scene.awaitCommitted(0, 8);
            assertThat(again).as("all but what was finished above the gap").containsExactly(3L);
        }
    }

    @Test
    void fail_once_isRetriedAndCommitted() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 3);
            Queue<String> attempts = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow =
                    scene.start(scene.burrow().config(TWO_ATTEMPTS).handler(message -> {
                        attempts.add(message.offset() + "/" + message.attempt());
                        if (message.offset() == 1 && message.attempt() == 1) {
                            throw new IllegalStateException("not yet");
                        }
                    }));

            scene.awaitCommitted(0, 3);
            assertThat(attempts).containsExactlyInAnyOrder("0/1", "1/1", "1/2", "2/1");
            assertThat(burrow.stats().retried()).isEqualTo(1);
            assertThat(burrow.stats().failed()).isEqualTo(1);
            assertThat(burrow.health().status()).isEqualTo(Health.Status.READY);
        }
    }

    @Test
    void fail_skipChosen_isCommittedAsSkipped() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 3);
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(TWO_ATTEMPTS)
                    .config(config -> config.onExhausted(ExhaustedAction.SKIP))
                    .handler(message -> {
                        if (message.offset() == 1) {
                            throw new IllegalStateException("no");
                        }
                    }));

            scene.awaitCommitted(0, 3);
            assertThat(burrow.stats().skipped()).isEqualTo(1);
            assertThat(burrow.stats().processed()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void fail_asOftenInARowAsTheThreshold_haltsAndCommitsUpToTheGap(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 20);
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(TWO_ATTEMPTS)
                    .config(config -> config.errorThreshold(3))
                    .handler(message -> {
                        if (message.offset() >= 10) {
                            throw new IllegalStateException("no");
                        }
                    }));

            Await.until("the halt", Scene.LIMIT, () -> burrow.state() == BurrowState.FAILED);
            Health health = burrow.health();
            assertThat(health.status()).isEqualTo(Health.Status.FAILED);
            assertThat(health.live()).isFalse();
            assertThat(Objects.requireNonNull(health.cause()).code()).isEqualTo(ErrorCode.ERROR_THRESHOLD);
            assertThat(health.cause()).hasMessageContaining(scene.topic() + "-0@1");
            assertThat(scene.committed(0)).isEqualTo(10);
            Await.until("the group to be left", Scene.LIMIT, () -> scene.members() == 0);
        }
    }

    @Test
    void fail_withNegativeDelayFromTheBackoff_isReportedAndRetriedAllTheSame() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 1);
            Queue<ErrorCode> errors = new ConcurrentLinkedQueue<>();
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(config -> config.backoff((failure, random) -> Duration.ofMillis(-1)))
                    .listener(new ErrorCodes(errors))
                    .handler(message -> {
                        if (message.attempt() == 1) {
                            throw new IllegalStateException("not yet");
                        }
                    }));

            scene.awaitCommitted(0, 1);
            assertThat(errors).containsExactly(ErrorCode.BACKOFF_INVALID);
            assertThat(burrow.health().problems())
                    .singleElement()
                    .asString()
                    .contains("PT-0.001S", ErrorCode.BACKOFF_INVALID.action());
        }
    }

    @Test
    void parked_beforeAnyRestart_isListedOldestFirst() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, 1)) {
            scene.produceNumbered(0, 6);
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(config -> config.retryPolicy(RetryPolicy.never()))
                    .handler(message -> {
                        if (message.offset() % 2 == 1) {
                            throw new IllegalStateException("no");
                        }
                    }));

            Await.until("three parked", Scene.LIMIT, () -> burrow.stats().parked() == 3);
            assertThat(burrow.parked()).extracting(ParkedRecord::offset).isEqualTo(List.of(1L, 3L, 5L));
            assertThat(burrow.health().partitions())
                    .extracting(PartitionHealth::reason)
                    .contains(BlockedReason.HELD_BY_PARKED);
        }
    }
}
