package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.Broker;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A member commits that is not in its group any more, or at another epoch than it thinks, before it has learnt of that.
 * The partitions are still its own by all that it knows: so the commit is to be made again, and a poll tells more.
 */
@Timeout(120)
class FencedCommitIT {

    /** The member's own next heartbeat would tell it: that is far off. */
    private static EmbeddedKafka brokerWithSlowHeartbeats() {
        return EmbeddedKafka.builder()
                .property("group.consumer.heartbeat.interval.ms", "15000")
                .property("group.consumer.session.timeout.ms", "45000")
                .start();
    }

    @Test
    void epochIsOld_theClientTellsItAsItIsUnlessItWaits_andItIsToBeMadeAgain() {
        try (EmbeddedKafka kafka = brokerWithSlowHeartbeats()) {
            refused(
                    kafka,
                    GroupProtocol.CONSUMER,
                    member -> {
                        int known = member.groupMetadata().generationId();
                        ForeignHeartbeat heartbeat =
                                new ForeignHeartbeat(kafka.bootstrapServers(), member.groupMetadata());
                        Await.until("the next epoch", Scene.LIMIT, () -> heartbeat.moveOn() > known);
                    },
                    StaleMemberEpochException.class);
        }
    }

    @Test
    void notAMemberAnyMore_theClientTellsItAsAFailedCommit_andItIsToBeMadeAgain() {
        try (EmbeddedKafka kafka = brokerWithSlowHeartbeats()) {
            refused(
                    kafka,
                    GroupProtocol.CONSUMER,
                    member -> new ForeignHeartbeat(kafka.bootstrapServers(), member.groupMetadata()).leave(),
                    CommitFailedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_EAGER", "CLASSIC_COOPERATIVE"})
    void putOut_theClientTellsItAsAFailedCommit_andItIsToBeMadeAgain(GroupProtocol protocol) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            refused(
                    kafka,
                    protocol,
                    member -> kafka.admin()
                            .removeMembersFromConsumerGroup(
                                    member.groupMetadata().groupId(), new RemoveMembersFromConsumerGroupOptions())
                            .all()
                            .get(),
                    CommitFailedException.class);
        }
    }

    /** Makes a group believe something of its member that this one does not know. */
    @FunctionalInterface
    private interface Fate {
        void strike(Consumer<byte[], byte[]> member) throws Exception;
    }

    private static void refused(Broker kafka, GroupProtocol protocol, Fate fate, Class<? extends Exception> raw) {
        AtomicReference<Consumer<byte[], byte[]>> made = new AtomicReference<>();
        try (Scene scene = Scene.on(kafka, protocol, 0);
                PolledSource source = new PolledSource(scene.source().consumerFactory(properties -> {
                    made.set(new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
                    return Objects.requireNonNull(made.get());
                }))) {
            source.open();
            source.awaitOwned(1);
            TopicPartition partition = source.owned.iterator().next();
            assertThat(source.commit(source.owned, 5).isComplete()).isTrue();

            strike(fate, Objects.requireNonNull(made.get()));
            CommitResult waited = source.commit(source.owned, 7);
            AtomicReference<CommitResult> told = new AtomicReference<>();
            source.source().committer().commitAsync(Map.of(partition, CommitPoint.of(7)), Scene.LIMIT, told::set);
            Await.until("the answer", Scene.LIMIT, () -> {
                source.poll();
                return told.get() != null;
            });
            CommitResult later = Objects.requireNonNull(told.get());

            assertThat(waited.cause()).isInstanceOf(CommitFailedException.class);
            assertThat(waited.outcome(partition)).as("with waiting").isEqualTo(CommitOutcome.RETRY);
            assertThat(later.cause()).isInstanceOf(raw);
            assertThat(later.outcome(partition)).as("without waiting").isEqualTo(CommitOutcome.RETRY);
            assertThat(scene.committed(0)).isEqualTo(5);
        }
    }

    private static void strike(Fate fate, Consumer<byte[], byte[]> member) {
        try {
            fate.strike(member);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
