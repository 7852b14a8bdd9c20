package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.P1;
import static io.burrow.kafka.ScriptedConsumer.fetched;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/** Where logs end, by what the client knows. */
class LogEndsTest {
    private final Harness harness = Harness.assigned();

    @Test
    void end_isThePositionAndTheLag() {
        harness.consumer.polls.add(fetched(K0, 9, 3, 5));
        harness.poll();
        harness.consumer.lags.put(K0, 91L);

        assertThat(harness.source.endOffset(P0)).isEqualTo(100);
    }

    @Test
    void end_thatTheClientDoesNotKnow_isNotKnown() {
        assertThat(harness.source.endOffset(P0)).isEqualTo(-1);
    }

    @Test
    void end_ofWhatIsNotAssigned_isNotKnown_andNotAsked() {
        Harness nothing = Harness.opened();
        assertThat(nothing.source.endOffset(P1)).isEqualTo(-1);
        assertThat(nothing.consumer.lagQuestions).isZero();
    }

    @Test
    void client_isAskedAtMostOnceInASecond() {
        harness.consumer.lags.put(K0, 10L);
        assertThat(harness.source.endOffset(P0)).isEqualTo(10);

        harness.consumer.lags.put(K0, 20L);
        harness.pass(Duration.ofMillis(999));
        assertThat(harness.source.endOffset(P0)).isEqualTo(10);
        harness.pass(Duration.ofMillis(1));
        assertThat(harness.source.endOffset(P0)).isEqualTo(20);
        assertThat(harness.consumer.lagQuestions).isEqualTo(2);
    }

    @Test
    void slowAnswers_areWaitedForAtMostOnceInASecond() {
        harness.consumer.onLag = () -> harness.pass(Duration.ofMillis(50));
        harness.consumer.lags.put(K0, 10L);
        harness.consumer.lags.put(Harness.K1, 20L);
        assertThat(harness.source.endOffset(P0)).isEqualTo(10);
        assertThat(harness.source.endOffset(P1)).as("not asked yet").isEqualTo(-1);
        assertThat(harness.consumer.lagQuestions).isEqualTo(1);

        harness.consumer.lags.put(K0, 11L);
        harness.pass(Duration.ofMillis(950));
        assertThat(harness.source.endOffset(P0)).as("had its turn").isEqualTo(10);
        assertThat(harness.source.endOffset(P1)).isEqualTo(20);
        harness.pass(Duration.ofSeconds(1));
        assertThat(harness.source.endOffset(P0)).isEqualTo(11);
    }

    @Test
    void failure_keepsWhatWasKnown() {
        harness.consumer.lags.put(K0, 10L);
        harness.source.endOffset(P0);
        harness.pass(Duration.ofSeconds(1));
        harness.consumer.lagFailure = new TimeoutException("no answer");

        assertThat(harness.source.endOffset(P0)).isEqualTo(10);
    }

    @Test
    void strayWakeup_isKeptForTheNextPoll() {
        harness.consumer.lagFailure = new WakeupException();
        assertThat(harness.source.endOffset(P0)).isEqualTo(-1);

        harness.poll();

        assertThat(harness.consumer.pollTimeouts).last().isEqualTo(Duration.ZERO);
    }

    @Test
    void end_afterTheClose_isNotKnown() {
        harness.consumer.lags.put(K0, 10L);
        harness.source.close(Duration.ofSeconds(1));
        assertThat(harness.source.endOffset(P0)).isEqualTo(-1);
    }
}
