package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.K1;
import static io.burrow.kafka.ScriptedConsumer.fetched;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** Whether a hole was deleted is asked without waiting, wherever somebody but the consumer can be asked. */
class HolesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Harness harness = Harness.assigned();
    /** How long the consumer was to wait for each answer. */
    private final List<Duration> asked = new ArrayList<>();

    /** Reads a record, so that what follows is no beginning; from then on no question is answered. */
    private void read() {
        harness.consumer.polls.add(fetched(K0, 1, 0));
        harness.poll();
        harness.consumer.silence = asked::add;
    }

    private void fetch(long offset) {
        harness.consumer.polls.add(fetched(K0, offset + 1, offset));
        harness.poll();
    }

    private KafkaFutureImpl<Long> question() {
        return Objects.requireNonNull(harness.unanswered.remove(K0));
    }

    /** The next question finds that the log begins there. */
    private void answerFromNowOn(long beginning) {
        harness.consumer.silence = null;
        harness.consumer.updateBeginningOffsets(Map.of(K0, beginning));
        harness.pass(SECOND);
    }

    @Test
    void hole_brokersAreSilent_holdsUpNoPoll_andIsToldWithTheAnswer() {
        read();
        fetch(9);
        fetch(10);
        assertThat(harness.received).containsExactly("orders-0 [0] -> 1", "orders-0 [9] -> 10", "orders-0 [10] -> 11");
        assertThat(asked).as("questions that the loop waited for").isEmpty();
        assertThat(harness.listener.events).isEmpty();

        question().complete(9L);
        harness.poll();

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 1 to 9");
    }

    /** The answer may have been made before that was deleted. */
    @Test
    void hole_metWhileAQuestionIsUnderWay_belongsToTheNext() {
        read();
        fetch(9);
        fetch(20);
        question().complete(0L);
        harness.poll();
        assertThat(harness.listener.events).isEmpty();

        answerFromNowOn(20);
        fetch(21);

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 10 to 20");
    }

    @Test
    void hole_questionFails_isAskedForAgain_withThoseThatCameSince() {
        read();
        fetch(9);
        fetch(20);
        question().completeExceptionally(new TimeoutException("late"));
        harness.poll();
        assertThat(harness.listener.events).isEmpty();

        answerFromNowOn(9);
        fetch(21);

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 1 to 9");
    }

    @Test
    void hole_partitionWentMeanwhile_isForgotten() {
        read();
        fetch(9);
        harness.consumer.rebalance(List.of(K1));
        harness.listener.events.clear();

        question().complete(9L);
        harness.poll();

        assertThat(harness.listener.events).isEmpty();
    }

    /** Whether they follow what was deleted has to be known before they are handed over, if it can be. */
    @Test
    void firstRecords_brokersAreSilent_waitNoLongerThanTheyMay_andAreToldLater() {
        harness.consumer.silence = asked::add;
        harness.consumer.schedulePollTask(
                () -> harness.pass(Harness.MAX_POLL_INTERVAL.dividedBy(2).minusMillis(60)));
        fetch(5); // it was to begin at 0
        assertThat(harness.received).containsExactly("orders-0 [5] -> 6");
        assertThat(asked).isEmpty();
        assertThat(harness.unanswered).containsKey(K0);
        assertThat(harness.listener.events).isEmpty();

        answerFromNowOn(5);
        fetch(6);

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 0 to 5");
    }
}
