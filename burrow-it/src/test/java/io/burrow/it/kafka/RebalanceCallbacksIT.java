package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.burrow.api.BurrowException;
import io.burrow.api.spi.CommitResult;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The client's rebalance callbacks. What is thrown within one must not reach the client: it wraps it, calls again, and
 * in the consumer protocol an error leaves the member half-way, with partitions that are never fetched.
 */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class RebalanceCallbacksIT {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final EmbeddedKafka kafka;

    RebalanceCallbacksIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource
    void assigned_theEngineThrows_soDoesThePoll_andThePartitionIsReadAllTheSame(GroupProtocol protocol) {
        RuntimeException failure = new IllegalStateException("within the callback");

        List<Throwable> thrown = pollsWhileAssignedThrows(protocol, () -> {
            throw failure;
        });

        assertThat(thrown)
                .singleElement()
                .satisfies(each -> assertThat(each)
                        .isInstanceOf(BurrowException.class)
                        .cause()
                        .isSameAs(failure));
    }

    /** The consumer protocol never comes back from it. */
    @ParameterizedTest
    @EnumSource
    void assigned_theEngineThrowsAnError_soDoesThePoll_andThePartitionIsReadAllTheSame(GroupProtocol protocol) {
        Error error = new LinkageError("within the callback");

        List<Throwable> thrown = pollsWhileAssignedThrows(protocol, () -> {
            throw error;
        });

        assertThat(thrown).containsExactly(error);
    }

    /**
     * Returns what polls threw until records came that were written after the first throw: those that this poll may
     * have fetched were nobody's.
     */
    private List<Throwable> pollsWhileAssignedThrows(GroupProtocol protocol, Runnable engine) {
        try (Scene scene = Scene.on(kafka, protocol, 0);
                PolledSource source = new PolledSource(scene.source())) {
            source.onAssigned = partitions -> engine.run();
            source.open();
            List<Throwable> thrown = new ArrayList<>();
            pollUntil("what was thrown", source, thrown, () -> !thrown.isEmpty());
            scene.produceNumbered(0, 2);
            pollUntil("the records", source, thrown, () -> source.records.size() == 2);
            assertThat(source.records).containsExactly("0@0", "0@1");
            assertThat(source.events).containsExactly("assigned [0]");
            return thrown;
        }
    }

    private static void pollUntil(String what, PolledSource source, List<Throwable> thrown, Await.Condition condition) {
        Await.until(what, Scene.LIMIT, () -> {
            Throwable struck = catchThrowable(source::poll);
            if (struck != null) {
                thrown.add(struck);
            }
            return condition.holds();
        });
    }

    @ParameterizedTest
    @EnumSource
    void revoked_theEngineThrows_soDoesThePoll_andTheOtherMemberGetsItAllTheSame(GroupProtocol protocol) {
        RuntimeException failure = new IllegalStateException("within the callback");
        try (Scene scene = Scene.on(kafka, protocol, 1);
                PolledSource source = new PolledSource(scene.source());
                KafkaConsumer<byte[], byte[]> other = member(scene)) {
            source.open();
            source.awaitOwned(2);
            source.onRevoked = partitions -> {
                source.onRevoked = later -> {};
                throw failure;
            };
            other.subscribe(Set.of(scene.topic()));

            Throwable thrown = pollUntilItThrows(source, other);

            assertThat(thrown).isInstanceOf(BurrowException.class).cause().isSameAs(failure);
            Await.until("a partition with each", Scene.LIMIT, () -> {
                assertThatCode(source::poll).as("a later poll").doesNotThrowAnyException();
                other.poll(SHORT);
                return source.owned.size() == 1 && other.assignment().size() == 1;
            });
            int mine = source.owned.iterator().next().partition();
            scene.produceNumbered(mine, 1);
            Await.until("the record of the one that stayed", Scene.LIMIT, () -> {
                source.poll();
                return source.records.contains(mine + "@0");
            });
        }
    }

    /** The client takes all away when it is closed, and is still a member meanwhile. */
    @ParameterizedTest
    @EnumSource
    void close_takesAllAwayFirst_andWhatIsCommittedWithinIsStored(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                PolledSource source = new PolledSource(scene.source())) {
            source.open();
            source.awaitOwned(2);
            Queue<CommitResult> commits = new ConcurrentLinkedQueue<>();
            source.onRevoked = partitions -> commits.add(source.commit(partitions, 4));

            source.source().close(Scene.LIMIT);

            assertThat(source.events).endsWith("revoked [0, 1]");
            assertThat(commits)
                    .singleElement()
                    .satisfies(result -> assertThat(result.isComplete()).isTrue());
            assertThat(scene.committed(0)).isEqualTo(4);
            assertThat(scene.committed(1)).isEqualTo(4);
            assertThat(scene.members()).isZero();
        }
    }

    /** Its time does not bound what is done within. */
    @ParameterizedTest
    @EnumSource
    void close_withoutTime_takesAllAwayFirstAllTheSame(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                PolledSource source = new PolledSource(scene.source())) {
            source.open();
            source.awaitOwned(2);
            Queue<CommitResult> commits = new ConcurrentLinkedQueue<>();
            source.onRevoked = partitions -> commits.add(source.commit(partitions, 4));

            source.source().close(Duration.ZERO);

            assertThat(source.events).endsWith("revoked [0, 1]");
            assertThat(commits)
                    .singleElement()
                    .satisfies(result -> assertThat(result.isComplete()).isTrue());
            assertThat(scene.committed(0)).isEqualTo(4);
            assertThat(scene.committed(1)).isEqualTo(4);
        }
    }

    /** With another member in turn. */
    private static Throwable pollUntilItThrows(PolledSource source, KafkaConsumer<byte[], byte[]> other) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Await.until("what was thrown", Scene.LIMIT, () -> {
            other.poll(SHORT);
            thrown.set(catchThrowable(source::poll));
            return thrown.get() != null;
        });
        return Objects.requireNonNull(thrown.get());
    }

    private static KafkaConsumer<byte[], byte[]> member(Scene scene) {
        return new KafkaConsumer<>(
                scene.consumerProperties(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
