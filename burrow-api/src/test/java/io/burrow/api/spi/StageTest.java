package io.burrow.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StageTest {
    private record Plain(String topic, int partition, long offset, String key, String value)
            implements Message<String, String> {}

    private final List<String> said = new ArrayList<>();

    private Stage<String, String> says(String what) {
        return next -> message -> {
            said.add(what);
            return next.handle(message);
        };
    }

    private final AsyncMessageHandler<String, String> handler = message -> {
        said.add("handler");
        return AsyncMessageHandler.done();
    };

    @Test
    void composite_firstIsOutermost() throws Exception {
        Stage.composite(List.of(says("outer"), says("middle"), says("inner")))
                .wrap(handler)
                .handle(new Plain("orders", 0, 0, "k", "v"));

        assertThat(said).containsExactly("outer", "middle", "inner", "handler");
    }

    @Test
    void composite_ofNone_changesNothing() {
        assertThat(Stage.<String, String>composite(List.of()).wrap(handler)).isSameAs(handler);
    }

    @Test
    void composite_copiesItsStages() {
        List<Stage<String, String>> stages = new ArrayList<>();
        Stage<String, String> composite = Stage.composite(stages);
        stages.add(says("late"));
        assertThat(composite.wrap(handler)).isSameAs(handler);
    }

    @Test
    void listener_byDefault_doesNothingAndWantsNoRecords() {
        BurrowListener listener = new BurrowListener() {};
        TopicPartition partition = new TopicPartition("orders", 0);
        Failure failure = new Failure(partition, 0, 1, new Exception(), Duration.ZERO, Duration.ZERO);

        assertThat(listener.wantsRecords()).isFalse();
        listener.assigned(Set.of(partition));
        listener.revoked(Set.of(partition));
        listener.lost(Set.of(partition));
        listener.positionReset(partition, 0, 1);
        listener.blocked(partition, BlockedReason.SPAN_FULL);
        listener.recordFinished(partition, 0, RecordOutcome.PROCESSED, 1, 1, 1);
        listener.attemptFailed(failure, RetryDecision.RETRY, Duration.ZERO);
        listener.deadLetter(failure, null);
        listener.committed(Map.of(), CommitResult.committed(Set.of()), 1);
        listener.error(new BurrowException(ErrorCode.COMMIT_FAILED, "x"));
    }
}
