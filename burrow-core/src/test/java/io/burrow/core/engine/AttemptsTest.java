package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.Run;
import io.burrow.core.schedule.Taker;
import io.burrow.core.schedule.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    /** What lies between is a look at the queue; the clock costs more than that. */
    @Test
    void recordThatIsGoneOnWithAtOnce_beganWhenTheOneBeforeEnded_andNotOneThatComesLater() {
        Durations durations = new Durations();
        RaceRig timed = new RaceRig(RaceRig.RETRIES, null, List.of(durations));
        durations.rig = timed;
        Attempts<String, String> working = timed.attempts(message -> {
            timed.nanos += 10;
            return AsyncMessageHandler.done();
        });
        timed.next();
        timed.lane.claim(); // a slot for it too
        working.run(timed.delivery, timed.worker); // and the next one
        assertThat(durations.seen).containsExactly(10L, 5L + 10);

        Delivery later = timed.next();
        timed.nanos += 1_000;
        timed.worker.leave();
        assertThat(timed.lane.claim()).isTrue();
        working.run(later, timed.worker);
        assertThat(durations.seen).containsExactly(10L, 15L, 10L);
    }

    @Test
    void recordThatCameAfterTheOneBeforeEnded_doesNotBeginBeforeItCame() {
        Durations durations = new Durations();
        RaceRig timed = new RaceRig(RaceRig.RETRIES, null, List.of(durations));
        durations.rig = timed;
        Attempts<String, String> working = timed.attempts(message -> {
            timed.nanos += 10;
            return AsyncMessageHandler.done();
        });
        timed.nanos = 12;
        timed.next();
        timed.lane.claim();
        timed.nanos = 0;
        working.run(timed.delivery, timed.worker); // ends at 10, and is told until 15
        assertThat(durations.seen).containsExactly(10L, 3L + 10);
    }

    /** It measures by when attempts begin. */
    @Test
    void whileStartsAreThrottled_eachBeginIsRead() {
        Durations durations = new Durations();
        RaceRig timed = new RaceRig(
                BurrowConfig.builder().maxRecordsPerSecond(1_000_000).build(), null, List.of(durations));
        durations.rig = timed;
        Attempts<String, String> working = timed.attempts(message -> {
            timed.nanos += 10;
            return AsyncMessageHandler.done();
        });
        timed.next();
        timed.lane.claim();
        working.run(timed.delivery, timed.worker);
        assertThat(durations.seen).containsExactly(10L, 10L);
    }

    /** What happened to a failed one may have taken its time. */
    @Test
    void recordAfterOneThatFailed_beginsWhenItDoes() {
        Durations durations = new Durations();
        RaceRig timed = new RaceRig(RaceRig.PARKS, null, List.of(durations));
        durations.rig = timed;
        Attempts<String, String> working = timed.attempts(message -> {
            timed.nanos += 10;
            if (timed.nanos == 25) {
                throw new IllegalStateException("this one fails");
            }
            return AsyncMessageHandler.done();
        });
        timed.next();
        timed.lane.claim(); // a slot for it too
        working.run(timed.delivery, timed.worker);
        Lane other = timed.assignment.lanes.lane("another");
        Delivery delivery = timed.next(other);
        timed.nanos += 1_000;
        assertThat(other.claim()).isTrue();
        working.run(delivery, timed.worker);
        assertThat(durations.seen).containsExactly(10L, 15L, 10L);
    }

    private static final class Durations implements BurrowListener {
        final List<Long> seen = new ArrayList<>();

        @Nullable
        RaceRig rig;

        @Override
        public boolean wantsRecords() {
            return true;
        }

        @Override
        public void recordFinished(
                TopicPartition partition,
                long offset,
                RecordOutcome outcome,
                int attempts,
                long waitedNanos,
                long processedNanos) {
            seen.add(processedNanos);
            Objects.requireNonNull(rig).nanos += 5;
        }
    }

    @Test
    void assignmentThatIsOver_keepsNoRecordThatWasHeldBack() {
        rig.assignment.held.add(rig.delivery.record());
        rig.rebalancer.lost(java.util.List.of(RaceRig.PARTITION));
        assertThat(rig.assignment.held).isEmpty();
    }
}
