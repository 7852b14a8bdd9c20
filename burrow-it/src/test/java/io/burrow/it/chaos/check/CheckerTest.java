package io.burrow.it.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.chaos.check.Violation.Kind;
import org.junit.jupiter.api.Test;

/**
 * A history without a defect passes; each defect is found, and by the name of the invariant that it breaks. Those of I1
 * to I3 are in {@link CheckerCommitsTest}.
 */
class CheckerTest {

    // ---- nothing wrong

    @Test
    void workInOrder_isSound() {
        Story story = new Story()
                .written(0, 1, 2)
                .built("a")
                .assigned("a")
                .committed("a", 0)
                .handled("a", 0, 1)
                .committed("a", 2)
                .handled("a", 2)
                .committed("a", 3)
                .revoked("a")
                .closed("a", false);

        assertThat(story.check()).isEmpty();
        assertThat(Checker.records(story.evidence())).isEqualTo(3);
        assertThat(Checker.redelivered(story.evidence())).isZero();
    }

    @Test
    void killedAmidWork_whatWasNotCommittedComesAgain_isSound() {
        Story story = new Story()
                .written(0, 1, 2)
                .assigned("a")
                .handled("a", 0)
                .started("a", 1, 1, "other")
                .handled("a", 2)
                .committed("a", 1, 2)
                .assigned("b")
                .started("b", 1, 1, "other")
                .ended("b", 1)
                .committed("b", 3);

        assertThat(story.check()).isEmpty();
        assertThat(Checker.redelivered(story.evidence())).isEqualTo(1);
    }

    @Test
    void retriesAndADeadLetter_areSound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .started("a", 0, 1)
                        .failed("a", 0)
                        .started("a", 0, 2)
                        .failed("a", 0)
                        .deadLettered("a", 0)
                        .handled("a", 1)
                        .committed("a", 2)
                        .check())
                .isEmpty();
    }

    @Test
    void partitionComesBack_itsKeysBeginAgain_isSound() {
        assertThat(new Story()
                        .written(0, 1, 2)
                        .assigned("a")
                        .handled("a", 0, 1)
                        .started("a", 2, 1)
                        .failed("a", 2)
                        .lost("a")
                        .assigned("a")
                        .handled("a", 0, 1, 2)
                        .committed("a", 3)
                        .check())
                .isEmpty();
    }

    @Test
    void deletedRecords_areNotLost() {
        assertThat(new Story()
                        .written(0, 1, 2)
                        .assigned("a")
                        .handled("a", 0)
                        .deleted(2)
                        .reset("a", 1, 2)
                        .handled("a", 2)
                        .committed("a", 3)
                        .check())
                .isEmpty();
    }

    // ---- I5

    @Test
    void twoHandlersOfAKey_areFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .started("a", 0, 1)
                        .started("a", 1, 1)
                        .ended("a", 0)
                        .ended("a", 1)
                        .committed("a", 2)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.OVERLAP);
    }

    @Test
    void overlapAcrossAssignments_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .started("a", 0, 1)
                        .lost("a")
                        .assigned("a")
                        .started("a", 1, 1)
                        .ended("a", 0)
                        .ended("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.OVERLAP);
    }

    @Test
    void nextOfAKeyBeforeTheRetry_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .started("a", 0, 1)
                        .failed("a", 0)
                        .handled("a", 1)
                        .started("a", 0, 2)
                        .ended("a", 0)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.ORDER, Kind.ORDER);
    }

    @Test
    void olderRecordOfAKeyAfterANewer_isFound() {
        assertThat(new Story().written(0, 1).assigned("a").handled("a", 1, 0).check())
                .extracting(Violation::kind)
                .containsExactly(Kind.ORDER);
    }

    @Test
    void sameRecordTwiceInAnAssignment_isFound() {
        assertThat(new Story().written(0).assigned("a").handled("a", 0, 0).check())
                .extracting(Violation::kind)
                .containsExactly(Kind.ORDER);
    }

    @Test
    void secondJumpInAnAssignment_isFound() {
        assertThat(new Story()
                        .written(0, 1, 2)
                        .assigned("a")
                        .handled("a", 0, 1, 2)
                        .revoked("a")
                        .assigned("a")
                        .handled("a", 1, 0)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.ORDER);
    }

    // ---- I11

    @Test
    void redeliveryOfWhatWasCommitted_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .committed("a", 1)
                        .assigned("b")
                        .handled("b", 0, 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REDELIVERY);
    }

    @Test
    void redeliveryOfWhatASnapshotNamed_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .started("a", 0, 1, "other")
                        .handled("a", 1)
                        .committed("a", 0, 1)
                        .assigned("b")
                        .started("b", 0, 1, "other")
                        .ended("b", 0)
                        .handled("b", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REDELIVERY);
    }

    @Test
    void redeliveryOfWhatWasStoredButNotAnswered_isNot() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .assigned("b")
                        .stored(1)
                        .handled("b", 0, 1)
                        .check())
                .isEmpty();
    }

    @Test
    void redeliveryOfWhatWasAnsweredAfterTheHandOver_isNot() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .stored(1)
                        .assigned("b")
                        .answered("a", 1)
                        .handled("b", 0, 1)
                        .check())
                .isEmpty();
    }

    // ---- I12, I13

    @Test
    void pollGap_isFound() {
        assertThat(new Story().pollGap("a", 4_000).check())
                .extracting(Violation::kind)
                .containsExactly(Kind.POLL_GAP);
    }

    @Test
    void pollThatTheClientHeld_isCountedApart() {
        Story story = new Story().latePoll("a", 4_000).latePoll("b", 5_000);

        assertThat(story.check()).isEmpty();
        assertThat(Checker.latePolls(story.evidence())).isEqualTo(2);
    }

    @Test
    void lateClose_isFound() {
        assertThat(new Story().closed("a", true).check())
                .extracting(Violation::kind)
                .containsExactly(Kind.CLOSE);
    }

    @Test
    void threadLeftBehind_isFound() {
        assertThat(new Story().closed("a", false, "worker-1").check())
                .extracting(Violation::kind)
                .containsExactly(Kind.CLOSE);
    }

    // ---- the evidence itself

    @Test
    void acknowledgedRecordThatIsNotInTheTopic_isFound() {
        assertThat(new Story().vanished(0).check()).extracting(Violation::kind).containsExactly(Kind.EVIDENCE);
    }

    @Test
    void acknowledgedRecordThatStandsElsewhere_isFound() {
        assertThat(new Story().moved(0, 1).assigned("a").handled("a", 1).check())
                .extracting(Violation::toString)
                .containsExactly("evidence EVIDENCE: 0@0 was acknowledged and is not in the topic, but at 0@1");
    }

    @Test
    void recordThatStandsTwice_isFound() {
        assertThat(new Story()
                        .written(0)
                        .moved(0, 1)
                        .assigned("a")
                        .handled("a", 0, 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.EVIDENCE);
    }

    @Test
    void recordThatNobodyWrote_isFound() {
        assertThat(new Story().assigned("a").handled("a", 0).check())
                .extracting(Violation::kind)
                .containsExactly(Kind.EVIDENCE);
    }

    @Test
    void answeredCommitThatWasNeverStored_isFound() {
        assertThat(new Story()
                        .written(0)
                        .assigned("a")
                        .handled("a", 0)
                        .answered("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.EVIDENCE);
    }

    @Test
    void violation_namesInvariantAndPlace() {
        assertThat(new Story().written(7).check())
                .extracting(Violation::toString)
                .containsExactly("I1 LOST: 0@7 was never handled to the end");
    }
}
