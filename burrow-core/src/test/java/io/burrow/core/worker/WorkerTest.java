package io.burrow.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Jobs that begin without a look at the clock. */
class WorkerTest {
    private static final Object JOB = "job";
    private static final long NEVER_TURNED = -1;

    private final Worker worker = new Worker(0);
    private long now = 1_000;

    private void becomeBrisk() {
        for (int i = 0; i < 128; i++) {
            now += 200;
            worker.begin(JOB, now);
        }
        assertThat(worker.paceNanos()).isEqualTo(200);
    }

    @Test
    void workerOfWhomNothingIsKnown_looksAtTheClock() {
        assertThat(worker.mayEstimate(NEVER_TURNED)).isFalse();
        worker.begin(JOB, now);
        assertThat(worker.mayEstimate(NEVER_TURNED)).isFalse();
    }

    @Test
    void workerWhoseJobsTakeTheirTime_looksAtTheClock() {
        becomeBrisk();
        worker.begin(JOB, now + 1_000_000);
        assertThat(worker.mayEstimate(NEVER_TURNED)).isFalse();
    }

    @Test
    void workerThatRested_looksAtTheClock() {
        becomeBrisk();
        worker.leave();
        assertThat(worker.mayEstimate(NEVER_TURNED)).isFalse();
    }

    @Test
    void briskWorker_looksAtTheClock_oneTimeInSixteen() {
        becomeBrisk();
        int looks = 0;
        for (int i = 0; i < 1_600; i++) {
            now += 200;
            if (worker.mayEstimate(NEVER_TURNED)) {
                worker.beginByEstimate(JOB, 0);
            } else {
                worker.begin(JOB, now);
                looks++;
            }
        }
        assertThat(looks).isEqualTo(100);
        assertThat(worker.paceNanos()).as("measured all the same").isEqualTo(200);
    }

    @Test
    void briskWorkerThatBecomesSlow_isFoundOut_byTheNextLook() {
        becomeBrisk();
        while (worker.mayEstimate(NEVER_TURNED)) {
            now += 1_000_000;
            worker.beginByEstimate(JOB, 0);
        }
        worker.begin(JOB, now);
        assertThat(worker.paceNanos()).isZero();
    }

    @Test
    void onceTheLoopHasTurned_theClockIsLookedAt() {
        becomeBrisk();
        assertThat(worker.mayEstimate(now)).isTrue();
        assertThat(worker.mayEstimate(now + 1)).isFalse();
    }

    @Test
    void estimate_isTheLastLook_butNotBeforeTheRecordCame() {
        becomeBrisk();
        assertThat(worker.beginByEstimate(JOB, now - 10)).isEqualTo(now);
        assertThat(worker.beginByEstimate(JOB, now + 10)).isEqualTo(now + 10);
        assertThat(worker.jobStartedNanos()).isEqualTo(now + 10);
    }

    @Test
    void ageOfAJob_isItsOwn() {
        worker.begin(JOB, now);
        assertThat(worker.jobAgeNanos(now + 70)).isEqualTo(70);
    }

    @Test
    void ageOfAnEstimatedJob_countsFromWhenItWasSeenFirst() {
        becomeBrisk();
        worker.beginByEstimate(JOB, 0);
        assertThat(worker.jobAgeNanos(now + 1_000_000)).isZero();
        assertThat(worker.jobAgeNanos(now + 1_000_070)).isEqualTo(70);

        worker.beginByEstimate(JOB, 0);
        assertThat(worker.jobAgeNanos(now + 1_000_080)).as("of another one").isZero();
        worker.begin(JOB, now + 1_000_090);
        assertThat(worker.jobAgeNanos(now + 1_000_091)).isEqualTo(1);
    }
}
