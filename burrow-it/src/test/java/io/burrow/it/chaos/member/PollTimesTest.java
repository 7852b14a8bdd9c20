package io.burrow.it.chaos.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.chaos.member.PollTimes.Late;
import org.junit.jupiter.api.Test;

class PollTimesTest {

    private static final long MOST = 3_000;
    private static final long GIVEN = 100;

    private final PollTimes times = new PollTimes(MOST);

    @Test
    void firstPoll_isNotLate() {
        assertThat(times.begin(1_000_000, GIVEN)).isNull();
    }

    @Test
    void pollsInTime_areNotTold() {
        poll(0, 100);

        assertThat(times.begin(MOST, GIVEN)).isNull();
    }

    @Test
    void timeBetweenPolls_isTheUsers() {
        poll(0, 100);

        assertThat(times.begin(MOST + 1, GIVEN)).isEqualTo(new Late(false, MOST + 1));
    }

    @Test
    void timeThatAPollTakesBeyondWhatItWasGiven_isTheClients() {
        poll(0, 5_000);

        assertThat(times.begin(5_000, GIVEN)).isEqualTo(new Late(true, 5_000));
    }

    @Test
    void timeThatAPollWasGiven_isTheUsers() {
        times.begin(0, 4_000);
        times.end(4_000);

        assertThat(times.begin(4_000, GIVEN)).isEqualTo(new Late(false, 4_000));
    }

    @Test
    void timeOfCallbacksWithinAPoll_isTheUsers() {
        times.begin(0, GIVEN);
        times.calledBack(2_000);
        times.calledBack(2_000);
        times.end(4_100);

        assertThat(times.begin(4_100, GIVEN)).isEqualTo(new Late(false, 4_100));
    }

    @Test
    void userWhoIsLateBesideTheClient_isTold_withHisTimeAlone() {
        poll(0, 5_000);

        assertThat(times.begin(5_000 + MOST, GIVEN)).isEqualTo(new Late(false, MOST + GIVEN));
    }

    @Test
    void userInTimeAfterALateClient_isNotTold() {
        poll(0, 5_000);

        assertThat(times.begin(5_000 + MOST - GIVEN, GIVEN)).isEqualTo(new Late(true, 5_000 + MOST - GIVEN));
    }

    @Test
    void eachPoll_isMeasuredAnew() {
        poll(0, 5_000);
        poll(5_000, 5_100);
        times.begin(5_100, GIVEN);
        times.calledBack(50);
        times.end(5_150);

        assertThat(times.begin(5_100 + MOST + 1, GIVEN)).isEqualTo(new Late(false, MOST + 1));
    }

    @Test
    void pollThatReturnsEarly_givesNoTimeAway() {
        poll(0, 10);

        assertThat(times.begin(MOST + 50, GIVEN)).isEqualTo(new Late(false, MOST + 50));
    }

    private void poll(long begin, long end) {
        times.begin(begin, GIVEN);
        times.end(end);
    }
}
