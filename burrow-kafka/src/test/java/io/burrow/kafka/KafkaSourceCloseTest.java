package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.burrow.api.BurrowException;
import io.burrow.api.spi.CommitOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class KafkaSourceCloseTest {
    @Test
    void close_passesTimeoutAndMembership() {
        Harness harness = Harness.opened();

        harness.source.close(Duration.ofSeconds(3));

        assertThat(harness.consumer.closed()).isTrue();
        assertThat(harness.consumer.closes).hasSize(1);
        CloseOptions options = harness.consumer.closes.get(0);
        assertThat(options.timeout()).isEqualTo(Optional.of(Duration.ofSeconds(3)));
        assertThat(options.groupMembershipOperation()).isEqualTo(GroupMembershipOperation.LEAVE_GROUP);
    }

    @Test
    void close_twice_closesOnce() {
        Harness harness = Harness.opened();
        harness.source.close(Duration.ZERO);
        harness.source.close(Duration.ZERO);

        assertThat(harness.consumer.closes).hasSize(1);
    }

    @Test
    void close_notOpened_doesNothing() {
        Harness harness = new Harness(ScriptedConsumer.of("orders"), "orders");

        harness.source.close(Duration.ZERO);

        assertThat(harness.consumer.closes).isEmpty();
    }

    @Test
    void close_afterFailedOpen_closesTheConsumer() {
        Harness harness = new Harness(ScriptedConsumer.of("orders"), "returns");
        Assertions.catchThrowable(() -> harness.source.open(harness.listener));

        harness.source.close(Duration.ZERO);

        assertThat(harness.consumer.closed()).isTrue();
    }

    @Test
    void close_wakenedWithin_closesAllTheSame() {
        Harness harness = Harness.opened();
        harness.consumer.closeFailure = new WakeupException();

        harness.source.close(Duration.ofSeconds(1));

        assertThat(harness.consumer.closed()).isTrue();
        assertThat(harness.consumer.closes).hasSize(2);
    }

    @Test
    void close_interrupted_closesUndisturbedAndLeavesTheInterrupt() {
        Harness harness = Harness.opened();
        List<Boolean> within = new ArrayList<>();
        harness.consumer.onClose = () -> within.add(Thread.currentThread().isInterrupted());

        Thread.currentThread().interrupt();
        harness.source.close(Duration.ZERO);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(within).containsExactly(false);
    }

    @Test
    void close_clientThrows_isContained() {
        Harness harness = Harness.assigned();
        harness.consumer.closeFailure = new KafkaException("Failed to close", new TimeoutException("late"));

        assertThatCode(() -> harness.source.close(Duration.ZERO)).doesNotThrowAnyException();
    }

    @Test
    void close_clientRevokesFirst_commitWithinIsSent() {
        Harness harness = Harness.assigned();
        List<CommitOutcome> outcomes = new ArrayList<>();
        harness.listener.onRevoked = () -> outcomes.add(
                harness.committer().commit(point(P0, 4), Duration.ofSeconds(1)).outcome(P0));
        harness.consumer.onClose = () -> harness.consumer.rebalance(List.of());

        harness.source.close(Duration.ofSeconds(1));

        assertThat(outcomes).containsExactly(CommitOutcome.COMMITTED);
        assertThat(harness.consumer.stored).containsKey(K0);
        assertThat(harness.listener.events).startsWith("revoked [orders-0, orders-1]");
    }

    @Test
    void close_clientDoesNotRevoke_partitionsAreLost() {
        Harness harness = Harness.assigned();
        List<CommitOutcome> outcomes = new ArrayList<>();
        harness.listener.onLost = () -> outcomes.add(
                harness.committer().commit(point(P0, 4), Duration.ofSeconds(1)).outcome(P0));

        harness.source.close(Duration.ZERO);

        assertThat(harness.listener.events).containsExactly("lost [orders-0, orders-1]");
        assertThat(outcomes).containsExactly(CommitOutcome.NOT_OWNED);
    }

    @Test
    void close_listenerThrows_isContained() {
        Harness harness = Harness.assigned();
        harness.listener.onLost = () -> {
            throw new IllegalStateException("engine");
        };

        assertThatCode(() -> harness.source.close(Duration.ZERO)).doesNotThrowAnyException();
    }

    @Test
    void poll_afterClose_isRefused() {
        Harness harness = Harness.opened();
        harness.source.close(Duration.ZERO);

        assertThat(Assertions.catchThrowableOfType(BurrowException.class, harness::poll))
                .hasMessageContaining("CLOSED");
    }
}
