package io.burrow.it.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LooksTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Stats ALL_DONE = new Stats(
            7,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            100,
            Map.of(
                    PARTITION,
                    new PartitionStats(
                            PARTITION, 7, 7, 7, 0, 0, 0, 0, Duration.ZERO, BlockedReason.WAITING_FOR_DATA, 7)));

    @Test
    void noAnswer_isNoEnd_andTheNextLookGoesOn() {
        StringWriter out = new StringWriter();
        Deque<Optional<Stats>> answers =
                new ArrayDeque<>(List.of(Optional.empty(), Optional.of(ALL_DONE), Optional.of(ALL_DONE)));
        Looks looks = new Looks(
                () -> answers.remove().orElseThrow(() -> new BurrowException(ErrorCode.LOOP_BLOCKED, "in a commit")),
                new Display(new PrintWriter(out), true));

        assertThat(looks.look()).isFalse();
        assertThat(out.toString()).isEmpty();
        assertThat(looks.look()).isFalse();
        assertThat(out.toString()).contains("done 7 ");
        assertThat(looks.look()).isTrue();
    }
}
