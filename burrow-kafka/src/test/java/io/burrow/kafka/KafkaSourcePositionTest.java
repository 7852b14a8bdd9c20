package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.ScriptedConsumer.fetched;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.CommitPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** The ways a position can move, over a scripted consumer: back, forward, over holes and what was deleted. */
class KafkaSourcePositionTest {
    @Test
    void poll_offsetsGoBack_resetComesBeforeTheRecords() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 5, 4));
        harness.poll();
        commit(harness, 10);

        harness.source.poll(Duration.ZERO, (partition, records, end) -> {
            assertThat(harness.listener.events).containsExactly("reset orders-0 to 4");
            harness.receive(partition, records, end);
        });

        assertThat(harness.received).last().isEqualTo("orders-0 [4] -> 5");
    }

    @Test
    void poll_offsetsGoBackWithoutRecords_isAReset() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 6));
        harness.poll();
        commit(harness, 10);
        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 6");
        assertThat(harness.received).last().isEqualTo("orders-0 [] -> 6");
    }

    @Test
    void poll_offsetsJumpForward_isAHole() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 101, 100));
        harness.poll();
        harness.poll();

        assertThat(harness.listener.events).isEmpty();
        assertThat(harness.received).last().isEqualTo("orders-0 [100] -> 101");
    }

    @Test
    void poll_idle_noticesThatThePositionWentBack() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.positions.put(K0, 3L);
        harness.poll();
        commit(harness, 10);

        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 3");
    }

    /** A log that is cut at 6 while 4 is not finished: 4 and 5 are still there, and the engine forgets them. */
    @Test
    void poll_offsetsGoBackAboveWhatIsCommitted_areReadFromThere() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 7, 6));
        harness.poll();
        commit(harness, 4);
        harness.received.clear();

        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 4");
        assertThat(harness.received).isEmpty(); // 6 comes after 4 and 5
        assertThat(harness.consumer.seeks).last().isEqualTo(K0 + " to 4");
    }

    @Test
    void poll_idle_positionWentBackAboveWhatIsCommitted_isReadFromThere() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.positions.put(K0, 6L);
        harness.poll();
        commit(harness, 4);

        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 4");
        assertThat(harness.consumer.seeks).last().isEqualTo(K0 + " to 4");
    }

    @Test
    void poll_offsetsGoBackTwice_anAnswerFromBeforeTheFirstSaysNothing() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 5, 4));
        harness.poll();
        commit(harness, 2);
        harness.committer().commitAsync(Map.of(P0, CommitPoint.of(10)), Duration.ofSeconds(1), result -> {});
        harness.poll();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 5, 4));
        harness.poll();

        harness.consumer.callbacks.get(0).onComplete(Map.of(), null);
        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 2", "reset orders-0 to 2");
    }

    @Test
    void poll_offsetsGoBack_whatIsCommittedIsDeletedAlready_isReadFromTheBeginning() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K0, 7, 6));
        harness.poll();
        commit(harness, 4);
        harness.consumer.updateBeginningOffsets(Map.of(K0, 5L));

        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 5");
    }

    private static void commit(Harness harness, long offset) {
        assertThat(harness.committer()
                        .commit(Map.of(P0, CommitPoint.of(offset)), Duration.ofSeconds(1))
                        .isComplete())
                .isTrue();
    }

    @Test
    void poll_firstRecordsAfterAHole_areNoReset() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 10, 9));

        harness.poll();

        assertThat(harness.listener.events).isEmpty();
    }

    @Test
    void poll_firstRecordsAfterWhatWasDeleted_areAReset() {
        Harness harness = Harness.assigned();
        harness.consumer.updateBeginningOffsets(Map.of(K0, 4L));
        harness.consumer.polls.add(fetched(K0, 10, 9));

        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 9");
        assertThat(harness.received).containsExactly("orders-0 [9] -> 10");
    }

    @Test
    void poll_firstRecordsAndBeginningNotKnown_areNoReset() {
        Harness harness = Harness.assigned();
        harness.consumer.setOffsetsException(new TimeoutException("late"));
        harness.consumer.polls.add(fetched(K0, 10, 9));

        harness.poll();

        assertThat(harness.listener.events).isEmpty();
        assertThat(harness.received).containsExactly("orders-0 [9] -> 10");
    }

    @Test
    void poll_laterRecordsAfterWhatWasDeleted_areToldAndForgetNothing() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 1, 0));
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.poll();
        harness.consumer.updateBeginningOffsets(Map.of(K0, 9L));

        harness.poll();

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 1 to 9");
        assertThat(harness.received).containsExactly("orders-0 [0] -> 1", "orders-0 [9] -> 10");
    }

    @Test
    void poll_holesAfterHoles_areAskedForOnceInASecond() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 1, 0));
        harness.consumer.polls.add(fetched(K0, 4, 3)); // asked: a hole of the log
        harness.consumer.polls.add(fetched(K0, 10, 9)); // not asked yet
        harness.poll();
        harness.poll();
        harness.consumer.updateBeginningOffsets(Map.of(K0, 9L));
        harness.poll();
        assertThat(harness.listener.events).isEmpty();

        harness.consumer.positions.put(K0, 10L);
        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 4 to 9");
    }

    @Test
    void poll_holeAndBeginningNotKnown_isAskedForAgain() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 1, 0));
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.poll();
        harness.consumer.updateBeginningOffsets(Map.of(K0, 9L));
        harness.consumer.setOffsetsException(new TimeoutException("late")); // once
        harness.poll();
        assertThat(harness.listener.events).isEmpty();

        harness.consumer.positions.put(K0, 10L);
        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 1 to 9");
    }

    @Test
    void poll_holeOfAPartitionThatWent_isForgotten() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 1, 0));
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.poll();
        harness.consumer.updateBeginningOffsets(Map.of(K0, 9L));
        harness.consumer.setOffsetsException(new TimeoutException("late")); // once
        harness.poll();
        harness.consumer.rebalance(List.of(Harness.K1));
        harness.listener.events.clear();

        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).isEmpty();
    }

    @Test
    void poll_idle_tellsAJumpForwardAndHandsItOverAsAnEnd() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 1, 0));
        harness.consumer.positions.put(K0, 30L);
        harness.poll();

        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.received).last().isEqualTo("orders-0 [] -> 30");
        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 1 to 30");
    }

    @Test
    void poll_idle_aJumpForwardBeforeAnythingCame_isAReset() {
        Harness harness = Harness.assigned();
        harness.consumer.positions.put(K0, 30L);

        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 30");
    }

    @Test
    void poll_idle_looksAtPositionsOnceInASecondOnly() {
        Harness harness = Harness.assigned();
        harness.pass(Duration.ofSeconds(1));
        harness.poll();
        harness.consumer.positions.put(K0, 30L);
        harness.pass(Duration.ofMillis(999));

        harness.poll();
        assertThat(harness.listener.events).isEmpty();

        harness.pass(Duration.ofMillis(1));
        harness.poll();
        assertThat(harness.listener.events).hasSize(1);
    }

    @Test
    void poll_idleAndPositionNotKnown_goesOn() {
        Harness harness = Harness.assigned();
        harness.consumer.positionFailure = key -> new TimeoutException("soon");
        harness.pass(Duration.ofSeconds(1));

        harness.poll();

        assertThat(harness.received).isEmpty();
    }
}
