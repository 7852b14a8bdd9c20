package io.burrow.it.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.chaos.check.Violation.Kind;
import org.junit.jupiter.api.Test;

/** Records that are lost, and commits that pass what is not done, go down, or are not the member's own: I1 to I3. */
class CheckerCommitsTest {

    // ---- I1

    @Test
    void recordNeverHandled_isLost() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .started("a", 1, 1)
                        .committed("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.LOST);
    }

    @Test
    void recordThatOnlyFailed_isLost() {
        assertThat(new Story()
                        .written(0)
                        .assigned("a")
                        .started("a", 0, 1)
                        .failed("a", 0)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.LOST);
    }

    @Test
    void deletedAfterACommitHadPassedIt_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .committed("a", 2)
                        .deleted(2)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.PASSED);
    }

    @Test
    void commitBeforeTheHandlerEnds_isFoundAlthoughItEndsLater() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .started("a", 1, 1)
                        .committed("a", 2)
                        .ended("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.PASSED);
    }

    @Test
    void commitBeforeTheDeadLetterIsAcknowledged_isFound() {
        assertThat(new Story()
                        .written(0)
                        .assigned("a")
                        .started("a", 0, 1)
                        .failed("a", 0)
                        .committed("a", 1)
                        .deadLettered("a", 0)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.PASSED);
    }

    @Test
    void snapshotThatNamesWhatRuns_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .started("a", 0, 1)
                        .started("a", 1, 1, "other")
                        .committed("a", 0, 1)
                        .ended("a", 0)
                        .ended("a", 1)
                        .committed("a", 2)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.NAMED);
    }

    // ---- I2

    @Test
    void committedOffsetThatGoesDown_isFound() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0, 1)
                        .committed("a", 2)
                        .stored(1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REGRESSION);
    }

    @Test
    void committedOffsetThatGoesDownAfterAReset_isNot() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0, 1)
                        .committed("a", 2)
                        .reset("a", 2, 0)
                        .committed("a", 0)
                        .check())
                .isEmpty();
    }

    @Test
    void resetForwardOrLongAgo_explainsNoRegression() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .reset("a", 5, 0)
                        .handled("a", 0, 1)
                        .committed("a", 2)
                        .reset("a", 0, 1)
                        .committed("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REGRESSION);
    }

    @Test
    void unansweredCommitThatIsObeyedAfterALaterOne_isCountedApart() {
        Story story = new Story()
                .written(0, 1)
                .assigned("a")
                .handled("a", 0)
                .unanswered("a", 1)
                .handled("a", 1)
                .stored(2)
                .stored(1)
                .answered("a", 2);

        assertThat(story.check()).isEmpty();
        assertThat(Checker.lateCommits(story.evidence())).isEqualTo(1);
    }

    @Test
    void redeliveryOfWhatALateCommitOverwrote_isNot() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .unanswered("a", 1)
                        .handled("a", 1)
                        .stored(2)
                        .stored(1)
                        .answered("a", 2)
                        .assigned("b")
                        .handled("b", 1)
                        .check())
                .isEmpty();
    }

    @Test
    void lowerCommitAfterTheHigher_isFound_whoeverDidNotAnswer() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0, 1)
                        .committed("a", 2)
                        .stored(1)
                        .unanswered("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REGRESSION);
    }

    @Test
    void unansweredCommitOfAFormerOwner_explainsNothing() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .unanswered("a", 1)
                        .lost("a")
                        .assigned("b")
                        .handled("b", 0, 1)
                        .committed("b", 2)
                        .stored(1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REGRESSION);
    }

    @Test
    void unansweredCommitOfAFormerAssignment_explainsNothing() {
        assertThat(new Story()
                        .written(0, 1)
                        .assigned("a")
                        .handled("a", 0)
                        .unanswered("a", 1)
                        .lost("a")
                        .assigned("a")
                        .handled("a", 0, 1)
                        .committed("a", 2)
                        .stored(1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.REGRESSION);
    }

    // ---- I3

    @Test
    void commitAfterThePartitionWasTaken_isFound() {
        assertThat(new Story()
                        .written(0)
                        .assigned("a")
                        .handled("a", 0)
                        .lost("a")
                        .committed("a", 1)
                        .check())
                .extracting(Violation::kind)
                .containsExactly(Kind.NOT_OWNED);
    }
}
