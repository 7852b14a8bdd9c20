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
        assertThat(times.begin(1_000_000)).isNull();
    }

    @Test
    void pollsInTime_areNotTold() {
        poll(0, 100);

        assertThat(times.begin(MOST)).isNull();
    }

    @Test
    void timeBetweenPolls_isTheUsers() {
        poll(0, 100);

        assertThat(times.begin(MOST + 1)).isEqualTo(new Late(false, MOST + 1));
    }

    @Test
    void timeThatAPollTakesBeyondWhatItWasGiven_isTheClients() {
        poll(0, 5_000);

        assertThat(times.begin(5_000)).isEqualTo(new Late(true, 5_000));
    }

    @Test
    void timeThatAPollWasGiven_isTheUsers() {
        times.begin(0);
        times.enter(0, 4_000);
        times.leave(4_000);

        assertThat(times.begin(4_000)).isEqualTo(new Late(false, 4_000));
    }

    @Test
    void timeOfCallbacksWithinAPoll_isTheUsers() {
        times.begin(0);
        times.enter(0, GIVEN);
        callBack(50, 2_050);
        callBack(2_100, 4_100);
        times.leave(4_100);

        assertThat(times.begin(4_100)).isEqualTo(new Late(false, 4_100));
    }

    @Test
    void userWhoIsLateBesideTheClient_isTold_withHisTimeAlone() {
        poll(0, 5_000);

        assertThat(times.begin(5_000 + MOST)).isEqualTo(new Late(false, MOST + GIVEN));
    }

    @Test
    void userInTimeAfterALateClient_isNotTold() {
        poll(0, 5_000);

        assertThat(times.begin(5_000 + MOST - GIVEN)).isEqualTo(new Late(true, 5_000 + MOST - GIVEN));
    }

    @Test
    void eachPoll_isMeasuredAnew() {
        poll(0, 5_000);
        poll(5_000, 5_100);
        times.begin(5_100);
        times.enter(5_100, GIVEN);
        callBack(5_110, 5_150);
        times.leave(5_150);

        assertThat(times.begin(5_100 + MOST + 1)).isEqualTo(new Late(false, MOST + 1));
    }

    @Test
    void pollThatReturnsEarly_givesNoTimeAway() {
        poll(0, 10);

        assertThat(times.begin(MOST + 50)).isEqualTo(new Late(false, MOST + 50));
    }

    @Test
    void callbackWithinACallback_isCountedOnce() {
        times.begin(0);
        times.enter(0, GIVEN);
        times.callBack(0);
        callBack(100, 2_100); // answers to commits that the first one makes
        times.calledBack(2_200);
        times.leave(5_000);

        assertThat(times.begin(5_000)).isEqualTo(new Late(true, 5_000));
    }

    @Test
    void whatIsDoneBeforeTheClientIsCalled_isTheUsers() {
        times.begin(0);
        times.enter(2_000, GIVEN);
        times.leave(4_000);

        assertThat(times.begin(5_200)).isEqualTo(new Late(false, 5_200 - 2_000 + GIVEN));
    }

    @Test
    void callbackWhoseEndIsMeasuredBeforeItsBeginning_takesNothingAway() {
        times.begin(0);
        times.enter(0, GIVEN);
        callBack(2_000, 1_000);
        times.leave(2_000);

        assertThat(times.begin(5_000)).isEqualTo(new Late(false, 5_000 - 2_000 + GIVEN));
    }

    private void poll(long begin, long end) {
        times.begin(begin);
        times.enter(begin, GIVEN);
        times.leave(end);
    }

    private void callBack(long begin, long end) {
        times.callBack(begin);
        times.calledBack(end);
    }
}
