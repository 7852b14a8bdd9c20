package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Ordering;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaTransactions;
import io.burrow.kafka.KafkaTransactionsBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader of what is committed sees the outputs of each record once, whatever came between. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class ExactlyOnceIT {
    private static final int PARTITIONS = 4;
    private static final long SEED = Long.getLong("burrow.eos.seed", System.nanoTime());

    private final EmbeddedKafka kafka;

    ExactlyOnceIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource
    void fiftyAtOnce_withRandomRetries_eachOutputOnce(GroupProtocol protocol) {
        System.out.println("seed " + SEED);
        int each = 1_000;
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            Receipts receipts = Receipts.on(kafka);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                scene.produceNumbered(partition, each);
            }
            AtomicInteger failures = new AtomicInteger();
            Burrow<String, String> burrow = start(scene, receipts, "a", failures);

            scene.awaitAllCommitted();

            assertThat(failures).hasValueGreaterThan(PARTITIONS * each / 20);
            assertThat(burrow.stats().processed()).isEqualTo(PARTITIONS * each);
            receipts.assertEachOnce(PARTITIONS, each);
            assertThat(kafka.committed(scene.group()).values())
                    .as("no text is kept with offsets")
                    .allMatch(offset -> offset.metadata().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void membersThatComeAndGo_eachOutputOnce(GroupProtocol protocol) {
        System.out.println("seed " + SEED);
        int rounds = 8;
        int each = 150;
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            Receipts receipts = Receipts.on(kafka);
            AtomicInteger failures = new AtomicInteger();
            Burrow<String, String> stays = start(scene, receipts, "stays", failures);
            @Nullable Burrow<String, String> other = null;
            for (int round = 0; round < rounds; round++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    scene.produceNumbered(partition, each);
                }
                if (other == null) {
                    other = start(scene, receipts, "comes and goes", failures);
                    Burrow<String, String> joined = other;
                    Await.until(
                            "a share",
                            Scene.LIMIT,
                            () -> !joined.stats().partitions().isEmpty());
                } else {
                    other.close(Duration.ofMillis(20 * round)); // some of what runs is cut off
                    other = null;
                }
            }

            scene.awaitAllCommitted();

            assertThat(stays.state()).isEqualTo(BurrowState.RUNNING);
            receipts.assertEachOnce(PARTITIONS, (long) rounds * each);
        }
    }

    /** The consumer protocol has no call to put members out. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_EAGER", "CLASSIC_COOPERATIVE"})
    void memberPutOutWhileItWorks_commitsNothingMore_andEachOutputIsThereOnce(GroupProtocol protocol) {
        System.out.println("seed " + SEED);
        int each = 1_500;
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            Receipts receipts = Receipts.on(kafka);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                scene.produceNumbered(partition, each);
            }
            Burrow<String, String> burrow = start(scene, receipts, "a", new AtomicInteger());
            for (int round = 1; round <= 5; round++) {
                long processed = burrow.stats().processed();
                Await.until(
                        "some work",
                        Scene.LIMIT,
                        () -> burrow.stats().processed() > processed + 200
                                || burrow.stats().processed() >= PARTITIONS * each);
                kafka.admin()
                        .removeMembersFromConsumerGroup(scene.group(), new RemoveMembersFromConsumerGroupOptions())
                        .all();
            }

            scene.awaitAllCommitted();

            assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
            receipts.assertEachOnce(PARTITIONS, each);
        }
    }

    @ParameterizedTest
    @EnumSource
    void secondProducerOfTheSameId_haltsTheFirst_andEachOutputIsThereOnce(GroupProtocol protocol) {
        int each = 300;
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            Receipts receipts = Receipts.on(kafka);
            Burrow<String, String> zombie = start(scene, receipts, "same", new AtomicInteger());
            for (int partition = 0; partition < PARTITIONS; partition++) {
                scene.produceNumbered(partition, each);
            }
            Await.until(
                    "a transaction", Scene.LIMIT, () -> scene.committed(0) > 0); // how many it takes for all is chance

            Burrow<String, String> next = start(scene, receipts, "same", new AtomicInteger());
            Await.until("a share", Scene.LIMIT, () -> !next.stats().partitions().isEmpty());
            for (int partition = 0; partition < PARTITIONS; partition++) {
                scene.produceNumbered(partition, each); // for both
            }

            Await.until("the halt of the first", Scene.LIMIT, () -> zombie.state() == BurrowState.FAILED);
            BurrowException cause = zombie.health().cause();
            assertThat(cause).isNotNull();
            assertThat(cause.code()).isEqualTo(ErrorCode.COMMIT_FENCED);
            assertThat(cause.getCause()).hasMessageContaining("another one with this id has started");
            zombie.close(Duration.ofSeconds(1));
            scene.awaitAllCommitted();
            assertThat(next.state()).isEqualTo(BurrowState.RUNNING);
            receipts.assertEachOnce(PARTITIONS, 2L * each);
        }
    }

    /** The answers to commits get lost: half of these were stored and half of them were not. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void commitsThatAreNotAnswered_eachOutputOnce(GroupProtocol protocol) {
        int each = 4_000;
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            Receipts receipts = Receipts.on(kafka);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                scene.produceNumbered(partition, each);
            }
            LostAnswers lost = new LostAnswers();
            start(scene, receipts, transactions("a").producerFactory(all -> Faults.producer(all, lost)), SEED);

            scene.awaitAllCommitted();

            assertThat(lost.stored).hasValueGreaterThan(0);
            assertThat(lost.notSent).hasValueGreaterThan(0);
            assertThat(lost.aborted).hasValueGreaterThan(0);
            receipts.assertEachOnce(PARTITIONS, each);
        }
    }

    /** What is wrong must show: the same handlers, with a producer of their own, leave what failed attempts wrote. */
    @Test
    void withoutTransactions_theSameReaderSeesReceiptsTwice() {
        int each = 100;
        try (Scene scene = Scene.on(kafka, GroupProtocol.CONSUMER, PARTITIONS);
                Producer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            Receipts receipts = Receipts.on(kafka);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                scene.produceNumbered(partition, each);
            }
            scene.start(scene.burrow().config(flaky()).handler(message -> {
                Receipts.write(
                        receipts.topic(),
                        message,
                        output -> producer.send(
                                new ProducerRecord<>(output.topic(), output.partition(), null, output.value())));
                if (message.attempt() == 1 && message.offset() % 10 == 0) {
                    throw new IllegalStateException("now and then");
                }
            }));
            scene.awaitAllCommitted();
            producer.flush();

            assertThatThrownBy(() -> receipts.assertEachOnce(PARTITIONS, each))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("0@10#0\"=2");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void recordAtTheGap_holdsBackWhatIsAboveIt_andFullIntakeGoesOnBehindIt(GroupProtocol protocol) {
        int each = 20_000;
        int most = 600;
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Receipts receipts = Receipts.on(kafka);
            scene.produceNumbered(0, each);
            CountDownLatch gap = new CountDownLatch(1);
            KafkaTransactions<String, String> transactions =
                    transactions(scene.topic()).maxHeldRecords(most).build();
            Burrow<String, String> burrow =
                    scene.start(Scene.burrow(scene.source(scene.consumerProperties("max.poll.records", 50))
                                    .transactions(transactions))
                            .config(config -> config.ordering(Ordering.UNORDERED))
                            .handler(transactions.handler((message, outputs) -> {
                                Receipts.write(receipts.topic(), message, outputs);
                                if (message.partition() == 0 && message.offset() == 3) {
                                    gap.await();
                                }
                            })));
            scene.awaitCommitted(0, 3);
            Await.until(
                    "an end of the intake",
                    Scene.LIMIT,
                    () -> burrow.stats().inFlight() == 1 && transactions.heldRecords() >= most / 2);
            long processed = burrow.stats().processed();
            long held = transactions.heldRecords();
            int passed = Receipts.count(0, 0) + Receipts.count(0, 1) + Receipts.count(0, 2);
            // the least that is let in whatever is expected of it, and a poll: each record with 3 outputs
            assertThat(held).isLessThan(most + 3 * (500 + 50));
            assertThat(receipts.written())
                    .as("only what lies below the gap is sent")
                    .isEqualTo(passed);

            gap.countDown();
            scene.awaitCommitted(0, each);
            assertThat(processed).isLessThan(each / 4);
            receipts.assertEachOnce(1, each);
            assertThat(transactions.heldRecords()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void exhaustedRecord_writesNothing_andTheAsynchronousFormWorks(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Receipts receipts = Receipts.on(kafka);
            scene.produceNumbered(0, 40);
            AtomicBoolean failed = new AtomicBoolean();
            KafkaTransactions<String, String> transactions = transactions("a").build();
            scene.start(Scene.burrow(scene.source().transactions(transactions))
                    .config(config -> config.retryPolicy(RetryPolicy.retries(0)))
                    .config(config -> config.onExhausted(io.burrow.api.ExhaustedAction.SKIP))
                    .asyncHandler(transactions.asyncHandler((message, outputs) -> {
                        Receipts.write(receipts.topic(), message, outputs);
                        CompletableFuture<Object> stage = new CompletableFuture<>();
                        stage.completeOnTimeout("done", 5, TimeUnit.MILLISECONDS);
                        if (message.offset() == 7 && failed.compareAndSet(false, true)) {
                            stage.completeExceptionally(new IllegalStateException("no use"));
                        }
                        return stage;
                    })));

            scene.awaitCommitted(0, 40);

            int all = 0;
            for (int offset = 0; offset < 40; offset++) {
                all += offset == 7 ? 0 : Receipts.count(0, offset);
            }
            assertThat(Receipts.count(0, 7)).isEqualTo(3);
            assertThat(receipts.committed()).isEqualTo(all);
            assertThat(receipts.written()).isEqualTo(all);
        }
    }

    private KafkaTransactionsBuilder<String, String> transactions(String id) {
        return KafkaTransactions.<String, String>builder()
                .properties(new HashMap<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", SEED + id)))
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer());
    }

    /** Starts a Burrow whose handlers fail now and then, after they have written. */
    private Burrow<String, String> start(Scene scene, Receipts receipts, String id, AtomicInteger failures) {
        return start(scene, receipts, transactions(scene.topic() + id), SEED, failures);
    }

    private void start(
            Scene scene, Receipts receipts, KafkaTransactionsBuilder<String, String> transactions, long seed) {
        start(scene, receipts, transactions, seed, new AtomicInteger());
    }

    private static Burrow<String, String> start(
            Scene scene,
            Receipts receipts,
            KafkaTransactionsBuilder<String, String> described,
            long seed,
            AtomicInteger failures) {
        KafkaTransactions<String, String> transactions = described.build();
        BurrowBuilder<String, String> builder = Scene.burrow(scene.source().transactions(transactions))
                .config(flaky())
                .handler(transactions.handler((message, outputs) -> {
                    Random random =
                            new Random(seed + 31 * message.offset() + 17L * message.attempt() + message.partition());
                    Receipts.write(receipts.topic(), message, outputs);
                    LockSupport.parkNanos(random.nextInt(8_000_000));
                    if (random.nextInt(8) == 0) {
                        failures.incrementAndGet();
                        throw new IllegalStateException("now and then");
                    }
                }));
        return scene.start(builder);
    }

    private static UnaryOperator<BurrowConfig.Builder> flaky() {
        return config -> config.ordering(Ordering.UNORDERED)
                .concurrency(50)
                .retryPolicy(RetryPolicy.retries(1_000))
                .backoff(BackoffStrategy.fixed(Duration.ofMillis(5)))
                .errorThreshold(0);
    }

    /** Lets commits be stored, or not, without an answer; and offsets not be sent. One thread. */
    private static final class LostAnswers implements Faults.Hands {
        final AtomicInteger stored = new AtomicInteger();
        final AtomicInteger notSent = new AtomicInteger();
        final AtomicInteger aborted = new AtomicInteger();
        private int offsets;
        private int commits;
        private boolean known;

        @Override
        public @Nullable Object pass(String name, Faults.Call call) throws Throwable {
            if (name.equals("commitTransaction")) {
                return commit(call);
            }
            if (name.equals("sendOffsetsToTransaction") && ++offsets % 5 == 0) {
                aborted.incrementAndGet();
                throw new TimeoutException("not sent");
            }
            return call.make();
        }

        private @Nullable Object commit(Faults.Call call) throws Throwable {
            if (known) {
                known = false; // the client has the answer by now
                return null;
            }
            switch (++commits % 5) {
                case 2 -> {
                    notSent.incrementAndGet();
                    throw new TimeoutException("not sent");
                }
                case 4 -> {
                    call.make();
                    stored.incrementAndGet();
                    known = true;
                    throw new TimeoutException("stored, and the answer was lost");
                }
                default -> {
                    return call.make();
                }
            }
        }
    }
}
