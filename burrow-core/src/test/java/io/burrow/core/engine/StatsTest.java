package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.core.ForwardingSource;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What statistics say of the end of the log and of the concurrency. */
class StatsTest extends EngineRig {
    private static PartitionStats first(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().stats().partitions().get(P0);
    }

    @Test
    void lag_countsFromTheCommitPoint_unfinishedLagWhatIsLeft() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.maxSpanRecords(64)));
        produce(100);
        burrow.settle();
        complete(burrow, 1, 2, 3);

        assertThat(first(burrow).logEndOffset()).isEqualTo(100);
        assertThat(first(burrow).lag()).isEqualTo(100);
        assertThat(first(burrow).unfinishedLag()).isEqualTo(97);

        complete(burrow, 0);
        assertThat(first(burrow).lag()).isEqualTo(96);
        assertThat(first(burrow).unfinishedLag()).isEqualTo(96);
    }

    @Test
    void endOffsetThatThrows_isNotKnown_andReported() {
        List<BurrowException> errors = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public long endOffset(TopicPartition partition) {
                        throw new IllegalStateException("test: no end");
                    }
                })
                .listener(new BurrowListener() {
                    @Override
                    public void error(BurrowException error) {
                        errors.add(error);
                    }
                })
                .handler(m -> {}));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5)).settle();

        assertThat(first(burrow).logEndOffset()).isEqualTo(-1);
        assertThat(errors)
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_CONTRACT));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void concurrencyLimit_isTheSetting_orWhatTheLimiterFound() {
        assertThat(start(handler(m -> {}).config(c -> c.concurrency(7)))
                        .burrow()
                        .stats()
                        .concurrencyLimit())
                .isEqualTo(7);
        assertThat(start(handler(m -> {})
                                .config(c -> c.concurrency(7)
                                        .minConcurrency(2)
                                        .concurrencyLimit(ConcurrencyLimit.gradient())))
                        .burrow()
                        .stats()
                        .concurrencyLimit())
                .isEqualTo(2);
    }
}
