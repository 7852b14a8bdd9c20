package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.core.schedule.Run;
import io.burrow.core.schedule.Taker;
import io.burrow.core.schedule.Unit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private final RaceRig rig = new RaceRig(RaceRig.RETRIES);
    private final Attempts<String, String> attempts =
            new Attempts<>(rig.shared, message -> AsyncMessageHandler.done(), true, rig.finisher, rig.failures);

    /** The record is in nobody's hands then: going on would leave a gap that nobody sees. */
    @Test
    void takeThatThrows_halts_andHoldsNoPermit() {
        rig.shared.ready.offer(new Run(1) {
            @Override
            protected Unit unit(int index, @Nullable Taker taker) {
                throw new OutOfMemoryError("none is left");
            }
        });
        assertThat(attempts.take(rig.worker)).isNull();
        assertThat(rig.shared.haltCause()).extracting(BurrowException::code).isEqualTo(ErrorCode.FATAL_ERROR);
        assertThat(rig.shared.permits.inUse()).isZero();
    }

    @Test
    void assignmentThatIsOver_keepsNoRecordThatWasHeldBack() {
        rig.assignment.held.add(rig.delivery.record());
        rig.rebalancer.lost(java.util.List.of(RaceRig.PARTITION));
        assertThat(rig.assignment.held).isEmpty();
    }
}
