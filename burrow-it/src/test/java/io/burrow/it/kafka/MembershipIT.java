package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Static members: {@code group.instance.id}. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class MembershipIT {
    private final EmbeddedKafka kafka;

    MembershipIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** What a member has, and how often that changed. */
    private static final class Owned implements BurrowListener {
        final Set<TopicPartition> partitions = ConcurrentHashMap.newKeySet();
        final AtomicInteger changes = new AtomicInteger();

        @Override
        public void assigned(Collection<TopicPartition> added) {
            partitions.addAll(added);
            changes.incrementAndGet();
        }

        @Override
        public void revoked(Collection<TopicPartition> removed) {
            partitions.removeAll(removed);
            changes.incrementAndGet();
        }

        @Override
        public void lost(Collection<TopicPartition> removed) {
            revoked(removed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void restart_withinTheSession_getsTheSamePartitions_andDisturbsNobody(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 3)) {
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Owned stays = new Owned();
            Owned goes = new Owned();
            scene.start(member(scene, "stays", stays, handled));
            Burrow<String, String> going = scene.start(member(scene, "goes", goes, handled));
            Await.until(
                    "half with each", Scene.LIMIT, () -> stays.partitions.size() == 2 && goes.partitions.size() == 2);
            Set<TopicPartition> before = Set.copyOf(goes.partitions);
            int changes = stays.changes.get();

            going.close();
            for (int partition = 0; partition < 3; partition++) {
                scene.produce(partition, "to " + partition);
            }
            Owned again = new Owned();
            scene.start(member(scene, "goes", again, handled));

            Await.until("its partitions", Scene.LIMIT, () -> again.partitions.size() == 2);
            scene.awaitAllCommitted();
            assertThat(again.partitions).isEqualTo(before);
            assertThat(stays.changes).as("changes of the other member").hasValue(changes);
            assertThat(handled).containsExactlyInAnyOrder("to 0", "to 1", "to 2");
        }
    }

    /** The classic group takes the later one, the newer protocol keeps the earlier one. */
    @ParameterizedTest
    @EnumSource
    void twoOfTheSameId_oneStopsWithTheReason_theOtherGoesOn(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Burrow<String, String> first = scene.start(member(scene, "twin", new Owned(), handled));
            scene.awaitCommitted(0, 0);
            Burrow<String, String> second = scene.start(member(scene, "twin", new Owned(), handled));

            Await.until(
                    "the end of one",
                    Scene.LIMIT,
                    () -> first.state() == BurrowState.FAILED || second.state() == BurrowState.FAILED);
            Burrow<String, String> loser = first.state() == BurrowState.FAILED ? first : second;
            assertThat(loser).isSameAs(protocol == GroupProtocol.CONSUMER ? second : first);
            BurrowException cause = Objects.requireNonNull(loser.health().cause());
            assertThat(cause.code()).isEqualTo(ErrorCode.COMMIT_FENCED);
            assertThat(cause).hasMessageContaining("group.instance.id");

            scene.produceNumbered(0, 2);
            scene.awaitCommitted(0, 2);
            assertThat(handled).containsExactlyInAnyOrder("0", "1");
            assertThat((loser == first ? second : first).state()).isEqualTo(BurrowState.RUNNING);
        }
    }

    private static BurrowBuilder<String, String> member(
            Scene scene, String id, BurrowListener listener, Queue<String> handled) {
        Map<String, Object> properties = scene.consumerProperties(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id);
        return Scene.burrow(scene.source(properties))
                .listener(listener)
                .handler(message -> handled.add(String.valueOf(message.value())));
    }
}
