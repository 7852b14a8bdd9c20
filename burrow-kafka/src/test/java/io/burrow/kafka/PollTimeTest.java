package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What is asked of brokers that do not answer, and answers that come late, leave half of the poll interval whole. */
class PollTimeTest {
    private static final TopicPartition K0 = new TopicPartition("orders", 0);
    private static final TopicPartition K1 = new TopicPartition("orders", 1);
    private static final Duration HALF = Harness.MAX_POLL_INTERVAL.dividedBy(2);

    private final Harness harness = Harness.assignedWithoutQuestions();
    private final List<Duration> asked = new ArrayList<>();

    private void silent() {
        harness.consumer.silence = timeout -> {
            asked.add(timeout);
            harness.pass(timeout);
        };
    }

    /**
     * Takes all the time that a question for a position has, and more: the client tells late that there is no answer.
     */
    private List<TopicPartition> silentAboutPositions(Duration each) {
        List<TopicPartition> askedFor = new ArrayList<>();
        harness.consumer.positionFailure = key -> {
            askedFor.add(key);
            harness.pass(each);
            return new TimeoutException("no answer");
        };
        return askedFor;
    }

    @Test
    void lookUpAfterARevokeThatTookItsTime_waitsForThePollAfterIt() {
        harness.poll();
        silent();
        harness.listener.onRevoked = () -> harness.pass(HALF.minusSeconds(1));
        harness.consumer.rebalance(List.of(K0)); // takes one away
        harness.consumer.rebalance(List.of(K0, K1)); // and gives it back
        assertThat(asked).isEmpty();
        assertThat(harness.listener.events).containsExactly("revoked [orders-1]");

        harness.poll(); // nothing was polled since
        assertThat(asked).isEmpty();
        assertThat(harness.consumer.pollTimeouts).last().isEqualTo(Duration.ZERO);

        harness.poll();
        assertThat(asked).hasSize(1);

        harness.consumer.silence = null;
        harness.poll();
        assertThat(harness.listener.events).containsExactly("revoked [orders-1]", "assigned [orders-1]");
    }

    @Test
    void lookUp_hasAQuarterOfWhatIsLeft() {
        harness.poll();
        silent();
        harness.listener.onRevoked = () -> harness.pass(HALF.dividedBy(4));
        harness.consumer.rebalance(List.of(K0));

        harness.consumer.rebalance(List.of(K0, K1));

        Duration most = Duration.ofSeconds(10);
        assertThat(HALF.multipliedBy(3).dividedBy(4).dividedBy(4)).isGreaterThan(most);
        assertThat(asked).containsExactly(most);
    }

    @Test
    void lookUpAfterACommitWithoutAnAnswer_waitsForTheNextPoll() {
        harness.poll();
        silent();
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.rebalance(List.of(K0, K1)); // its look-up gets no answer
        harness.poll();
        asked.clear();
        harness.consumer.commitFailure = offsets -> {
            harness.pass(HALF.dividedBy(2));
            return new TimeoutException("no answer");
        };
        harness.committer().commit(Harness.point(Harness.P0, 1), HALF.dividedBy(2));

        harness.poll();
        assertThat(asked).as("in the same turn").isEmpty();
        assertThat(harness.consumer.pollTimeouts).last().isEqualTo(Duration.ZERO);

        harness.poll();
        assertThat(asked).hasSize(1);
    }

    @Test
    void lookUpInTurnsThatAreAllSlow_isMadeInEverySecondOne() {
        harness.poll();
        silent();
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.rebalance(List.of(K0, K1));
        asked.clear();
        List<Integer> made = new ArrayList<>();
        for (int turn = 0; turn < 6; turn++) {
            harness.poll();
            harness.pass(HALF.dividedBy(2)); // handing over takes that long
            made.add(asked.size());
        }
        assertThat(made).containsExactly(1, 1, 2, 2, 3, 3);
    }

    @Test
    void lookUpOfSeveral_endsWithTheFirstThatIsNotAnswered_andAnotherIsFirstTheNextTime() {
        harness.consumer.rebalance(List.of());
        harness.poll();
        List<TopicPartition> askedFor = silentAboutPositions(Duration.ofSeconds(12));

        harness.consumer.rebalance(List.of(K0, K1));
        assertThat(askedFor).hasSize(1);

        harness.poll();
        assertThat(askedFor).hasSize(2).doesNotHaveDuplicates();
        assertThat(harness.consumer.pollTimeouts).last().isNotEqualTo(Duration.ZERO);
    }

    @Test
    void lookAtPositions_endsWithTheFirstThatTheClientHasToFindOut_andAnotherIsFirstTheNextTime() {
        harness.poll();
        harness.pass(Duration.ofSeconds(1));
        List<TopicPartition> askedFor = silentAboutPositions(Duration.ofSeconds(2));

        harness.poll();
        assertThat(askedFor).hasSize(1);
        harness.poll();
        assertThat(askedFor)
                .as("a second after the answer, not after the question")
                .hasSize(1);

        harness.pass(Duration.ofSeconds(1));
        harness.poll();
        assertThat(askedFor).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void lookUpAfterALookAtPositionsThatTookItsTime_waitsForTheNextPoll() {
        harness.poll();
        silent();
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.rebalance(List.of(K0, K1));
        asked.clear();
        harness.pass(HALF.dividedBy(2));
        silentAboutPositions(HALF.dividedBy(2));

        harness.poll(); // the look-up may be made the next time, whatever is used up; but then positions are looked at
        harness.poll();
        assertThat(asked).isEmpty();

        harness.poll();
        assertThat(asked).hasSize(1);
    }

    @Test
    void lookAtPositions_isNotTakenWithoutTimeForIt_butLater() {
        harness.poll();
        harness.consumer.schedulePollTask(() -> harness.pass(HALF)); // a callback took all there is
        List<TopicPartition> askedFor = silentAboutPositions(Duration.ZERO);
        harness.poll();
        assertThat(askedFor).isEmpty();

        harness.poll();
        assertThat(askedFor).hasSize(2);
    }

    @Test
    void lookUpWithNextToNoTimeLeft_waitsOnce_andNotForEver() {
        harness.poll();
        silent();
        harness.listener.onRevoked = () -> harness.pass(HALF.minusMillis(30));
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.rebalance(List.of(K0, K1));
        assertThat(asked).isEmpty();

        harness.poll(); // nothing is left now either, before it polls: so it does not wait in that
        assertThat(asked).isEmpty();
        assertThat(harness.consumer.pollTimeouts).last().isEqualTo(Duration.ZERO);

        harness.poll();
        assertThat(asked).hasSize(1);
        assertThat(harness.consumer.pollTimeouts).last().isNotEqualTo(Duration.ZERO);

        harness.consumer.silence = null;
        harness.poll();
        assertThat(harness.listener.events).containsExactly("revoked [orders-1]", "assigned [orders-1]");
    }

    @Test
    void questionAboutTheFirstRecords_isNotAskedWithoutTimeForIt_butLater() {
        harness.consumer.polls.add(ScriptedConsumer.fetched(K0, 6, 5)); // it was to begin at 0
        harness.consumer.schedulePollTask(() -> harness.pass(HALF));
        silent();
        harness.poll();
        assertThat(asked).isEmpty();
        assertThat(harness.listener.events).isEmpty();

        harness.consumer.silence = null;
        harness.consumer.updateBeginningOffsets(java.util.Map.of(K0, 5L));
        harness.pass(Duration.ofSeconds(1));
        harness.consumer.polls.add(ScriptedConsumer.fetched(K0, 7, 6));
        harness.poll();
        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 0 to 5");
    }

    @Test
    void questionAboutAHole_isNotAskedWithoutTimeForIt_butLater() {
        harness.poll();
        harness.consumer.polls.add(ScriptedConsumer.fetched(K0, 2, 0, 1));
        harness.poll();
        harness.consumer.polls.add(ScriptedConsumer.fetched(K0, 6, 5)); // 2 to 4 are not there
        harness.consumer.schedulePollTask(() -> harness.pass(HALF)); // a callback took all there is
        silent();
        harness.poll();
        assertThat(asked).isEmpty();

        harness.consumer.silence = null;
        harness.consumer.updateBeginningOffsets(java.util.Map.of(K0, 5L));
        harness.pass(Duration.ofSeconds(1));
        harness.consumer.polls.add(ScriptedConsumer.fetched(K0, 7, 6));
        harness.poll();
        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 2 to 5");
    }
}
