package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What is asked of brokers that do not answer takes only half of what is left of half the poll interval. */
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

    private Duration sinceThePoll() {
        return Duration.ofNanos(harness.nanos.get());
    }

    @Test
    void lookUpAfterARevokeThatTookItsTime_hasHalfOfWhatIsLeft_andIsMadeUpFor() {
        harness.poll();
        silent();
        harness.listener.onRevoked = () -> harness.pass(HALF.minusSeconds(1));
        harness.consumer.rebalance(List.of(K0)); // takes one away
        harness.consumer.rebalance(List.of(K0, K1)); // and gives it back
        assertThat(asked).containsExactly(Duration.ofMillis(500));
        assertThat(harness.listener.events).containsExactly("revoked [orders-1]");

        harness.poll(); // asks again before it polls
        assertThat(asked).containsExactly(Duration.ofMillis(500), Duration.ofMillis(250));
        assertThat(sinceThePoll()).isEqualTo(HALF.minusMillis(250));

        harness.consumer.silence = null;
        harness.poll();
        assertThat(harness.listener.events).containsExactly("revoked [orders-1]", "assigned [orders-1]");
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
