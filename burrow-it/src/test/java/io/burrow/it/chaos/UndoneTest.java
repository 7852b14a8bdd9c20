package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.Written;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UndoneTest {
    private static final Written A = written(0, 7);
    private static final Written B = written(1, 3);
    private static final List<List<Written>> ONE_TRANSACTION = List.of(List.of(A, B));
    private static final Map<Integer, Long> ENDS = Map.of(0, 20L, 1, 20L);

    private final Undone undone = new Undone();

    private static Written written(int partition, long offset) {
        return new Written(new Position(partition, offset), partition + "@" + offset);
    }

    @Test
    void whatCommittedReadersSee_isNotMissing() {
        assertThat(undone.missing(ONE_TRANSACTION, Set.of(A, B), ENDS)).isEmpty();
        assertThat(undone.of(ONE_TRANSACTION)).isEmpty();
    }

    @Test
    void whatNoReaderCouldReachYet_isNotMissing() {
        assertThat(undone.missing(ONE_TRANSACTION, Set.of(B), Map.of(0, 7L, 1, 20L)))
                .isEmpty();
    }

    @Test
    void recordThatTheTopicHolds_andCommittedReadersDoNotSee_isUndone() {
        assertThat(undone.missing(ONE_TRANSACTION, Set.of(B), ENDS)).containsExactly(A);

        undone.held(A);

        assertThat(undone.of(ONE_TRANSACTION)).containsExactly(A);
    }

    @Test
    void recordThatIsMissing_andThatTheTopicDoesNotHold_isNotUndone() {
        undone.missing(ONE_TRANSACTION, Set.of(), ENDS);

        assertThat(undone.of(ONE_TRANSACTION)).isEmpty();
    }

    @Test
    void deletedRecordOfTheSameTransaction_isUndoneToo() {
        undone.missing(ONE_TRANSACTION, Set.of(), ENDS);
        undone.held(A);

        assertThat(undone.of(ONE_TRANSACTION)).containsExactlyInAnyOrder(A, B);
    }

    /** Each partition has marks of its own: one record may be there and the other not. */
    @Test
    void recordOfTheSameTransaction_thatWasSeenBeforeItWasDeleted_isNotUndone() {
        undone.missing(ONE_TRANSACTION, Set.of(B), ENDS);
        undone.held(A);
        undone.missing(ONE_TRANSACTION, Set.of(), ENDS);

        assertThat(undone.of(ONE_TRANSACTION)).containsExactly(A);
    }

    @Test
    void deletedRecordOfAnotherTransaction_isNotUndone() {
        List<List<Written>> two = List.of(List.of(A), List.of(B));
        undone.missing(two, Set.of(), ENDS);
        undone.held(A);

        assertThat(undone.of(two)).containsExactly(A);
    }
}
