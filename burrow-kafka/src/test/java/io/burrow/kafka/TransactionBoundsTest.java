package io.burrow.kafka;

import static io.burrow.api.RecordOutcome.PROCESSED;
import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.K1;
import static io.burrow.kafka.TransactionHarness.P0;
import static io.burrow.kafka.TransactionHarness.P1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

/** How much is held, and for how long: the bounds, and partitions that come and go. */
class TransactionBoundsTest {
    private static TransactionHarness holding(int most) {
        return new TransactionHarness(builder -> builder.maxHeldRecords(most)).assign();
    }

    @Test
    void full_fetchesNothing_untilHalfIsCommitted() throws Exception {
        TransactionHarness harness = holding(4);
        SourceRecord<String, String> gap = harness.deliver(P0, 0);
        harness.process(P0, 1, "b", "c");
        harness.process(P1, 0, "x");
        assertThat(harness.consumer.paused()).isEmpty();
        harness.process(P0, 2, "d");

        harness.poll();
        assertThat(harness.consumer.paused()).containsExactlyInAnyOrder(K0, K1);

        harness.commit(P1, 1);
        harness.poll();
        assertThat(harness.consumer.paused()).as("3 of 4 are held").containsExactlyInAnyOrder(K0, K1);

        harness.process(gap, "a", "a2"); // it takes what it needs, beyond the bound
        assertThat(harness.transactions.heldRecords()).isEqualTo(5);
        harness.commit(P0, 3);
        harness.poll();
        assertThat(harness.consumer.paused()).isEmpty();
        assertThat(harness.producer.committed()).containsExactly("x", "a", "a2", "b", "c", "d");
        assertThat(harness.transactions.heldRecords()).isZero();
    }

    @Test
    void full_whatTheEnginePaused_staysPaused() throws Exception {
        TransactionHarness harness = holding(1);
        harness.source.pause(List.of(P1));
        harness.process(P0, 0, "a");
        harness.poll();
        assertThat(harness.consumer.paused()).containsExactlyInAnyOrder(K0, K1);
        harness.source.resume(List.of(P0)); // the engine does not know of the bound
        assertThat(harness.consumer.paused()).containsExactlyInAnyOrder(K0, K1);

        harness.commit(P0, 1);
        harness.poll();

        assertThat(harness.consumer.paused()).containsExactly(K1);
    }

    @Test
    void full_byBytes() throws Exception {
        TransactionHarness harness = new TransactionHarness(builder -> builder.maxHeldBytes(300)).assign();
        harness.process(P0, 0, "a".repeat(100));
        harness.poll();
        assertThat(harness.consumer.paused()).isEmpty();
        assertThat(harness.transactions.heldBytes()).isBetween(103L, 299L);

        harness.process(P0, 1, "b".repeat(100));
        harness.poll();
        assertThat(harness.consumer.paused()).containsExactlyInAnyOrder(K0, K1);
    }

    @Test
    void full_partitionThatIsAssignedThen_waitsToo_andItsLossMakesRoom() throws Exception {
        TransactionHarness harness = holding(1);
        harness.rebalance(P0);
        harness.process(P0, 0, "a");
        harness.poll();
        harness.rebalance(P0, P1);
        harness.poll();
        assertThat(harness.consumer.paused()).containsExactlyInAnyOrder(K0, K1);

        harness.rebalance(P1);
        harness.poll();
        assertThat(harness.transactions.heldRecords()).isZero();
        assertThat(harness.consumer.paused()).doesNotContain(K1);
    }

    @Test
    void oneMessage_hasBoundsOfItsOwn() throws Exception {
        TransactionHarness harness = new TransactionHarness(
                        builder -> builder.maxRecordsPerMessage(2).maxBytesPerMessage(300))
                .assign();
        SourceRecord<String, String> record = harness.deliver(P0, 0);

        assertThatThrownBy(() -> harness.run(record.decode(), "a", "b", "c"))
                .isInstanceOf(TerminalException.class)
                .hasMessageContaining("maxRecordsPerMessage allows: 2");
        assertThatThrownBy(() -> harness.run(record.decode(), "a".repeat(100), "b".repeat(100)))
                .isInstanceOf(TerminalException.class)
                .hasMessageContaining("maxBytesPerMessage allows: 300");
        assertThat(harness.transactions.heldRecords()).isZero();
    }

    @Test
    void recordLargerThanTheProducerTakes_failsForGood() throws Exception {
        Map<String, Object> properties = new HashMap<>(TransactionHarness.PROPERTIES);
        properties.put("max.request.size", "1000");
        TransactionHarness harness = new TransactionHarness(builder -> builder.properties(properties)).assign();
        SourceRecord<String, String> record = harness.deliver(P0, 0);

        assertThatThrownBy(() -> harness.run(record.decode(), "a".repeat(1_000)))
                .isInstanceOf(TerminalException.class)
                .hasMessageContaining("receipts")
                .hasMessageContaining("max.request.size and buffer.memory allow: 1000")
                .hasMessageNotContaining("aaa");
    }

    @Test
    void revoked_isCommittedWithinTheCallback_andTheRestIsDropped() throws Exception {
        TransactionHarness harness = TransactionHarness.assigned();
        harness.process(P0, 0, "a");
        harness.process(P0, 2, "c"); // above the gap
        harness.process(P1, 0, "x");
        harness.listener.onRevoked = () -> {
            assertThat(harness.commit(P0, 1).isComplete()).isTrue();
            assertThat(harness.transactions.heldRecords()).isEqualTo(2);
        };

        harness.rebalance(P1);

        assertThat(harness.producer.committed()).containsExactly("a");
        assertThat(harness.transactions.heldRecords())
                .as("of the partition that stays")
                .isEqualTo(1);
        harness.listener.onRevoked = () -> {};
        harness.rebalance(P0, P1); // it comes back, and with it what was not committed
        harness.process(P0, 1, "b");
        harness.process(P0, 2, "c again");
        harness.commit(P0, 3);
        assertThat(harness.producer.committed()).containsExactly("a", "b", "c again");
    }

    @Test
    void lost_isDroppedBeforeAnybodyIsTold() throws Exception {
        TransactionHarness harness = TransactionHarness.assigned();
        SourceRecord<String, String> running = harness.deliver(P0, 1);
        harness.process(P0, 0, "a");
        List<Long> held = new ArrayList<>();
        harness.listener.onLost = () -> held.add(harness.transactions.heldRecords());

        harness.source.close(java.time.Duration.ZERO); // the mock revokes nothing: what is left counts as lost

        harness.run(running.decode(), "late");
        running.finished(PROCESSED, 1);
        assertThat(held).containsExactly(0L);
        assertThat(harness.transactions.heldRecords()).isZero();
        assertThat(harness.producer.calls).containsExactly("close");
    }

    @Test
    void positionMovedBack_dropsWhatComesAgain() throws Exception {
        TransactionHarness harness = TransactionHarness.assigned();
        harness.process(P0, 1, "b");
        harness.process(P0, 5, "f");
        harness.process(P0, 9, "j");

        harness.commit(P0, 2);

        harness.deliver(P0, 5); // below what was next: truncated

        assertThat(harness.listener.events).contains("reset orders-0 to 2"); // 2 to 4 may be unfinished
        assertThat(harness.transactions.heldRecords()).isZero();
        harness.process(P0, 2, "c again");
        harness.commit(P0, 3);
        assertThat(harness.producer.committed()).containsExactly("b", "c again");
    }

    @Test
    void textKeptWithAnOffset_isNotPassedOn() {
        TransactionHarness harness = new TransactionHarness();
        harness.consumer.stored.put(K0, new OffsetAndMetadata(7, Optional.of(3), "what was finished above"));

        harness.assign();

        assertThat(harness.listener.assigned)
                .extracting(AssignedPartition::partition, AssignedPartition::committed)
                .contains(org.assertj.core.groups.Tuple.tuple(P0, new CommitPoint(7, 3, "")))
                .hasSize(2);
        assertThat(new TopicPartition("orders", 0)).isEqualTo(P0);
    }
}
