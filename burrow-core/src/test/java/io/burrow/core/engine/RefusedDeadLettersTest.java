package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Ordering;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A sink that says that sending a record again cannot help. */
class RefusedDeadLettersTest extends EngineRig {
    private final List<Long> handled = new ArrayList<>();
    private int sends;
    private boolean refuses = true;
    private boolean fails = true;

    private BurrowBuilder<String, String> refused(RuntimeException thrown) {
        return handler(m -> {
                    handled.add(m.offset());
                    if (fails && m.offset() == 0) {
                        throw new IllegalStateException("no");
                    }
                })
                .deadLetters(letter -> {
                    sends++;
                    return refuses
                            ? CompletableFuture.failedFuture(new CompletionException(thrown))
                            : CompletableFuture.completedFuture(null);
                })
                .config(c -> c.ordering(Ordering.KEY).retryPolicy(RetryPolicy.never()));
    }

    private SteppedBurrow<String, String> parked() {
        SteppedBurrow<String, String> burrow = start(refused(new TerminalException("too large")));
        broker.produce("t", 0, "same", "v");
        broker.produce("t", 0, "same", "v");
        broker.produce("t", 0, "other", "v");
        burrow.settle().advance(Duration.ofMinutes(10));
        assertThat(sends).isEqualTo(1);
        assertThat(handled).containsExactlyInAnyOrder(0L, 2L); // its key waits
        assertThat(burrow.burrow().parked()).hasSize(1);
        assertThat(burrow.burrow().stats().deadLetterFailures()).isEqualTo(1);
        assertThat(committedOr(0)).isZero();
        return burrow;
    }

    @Test
    void terminal_parksTheRecord_whichIsHandledAgainByCall() {
        SteppedBurrow<String, String> burrow = parked();
        fails = false;
        assertThat(burrow.burrow().retryParked(P0, 0)).isTrue();
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(handled).endsWith(0L, 1L);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void terminal_parksTheRecord_whichIsSentAgainByCall() {
        SteppedBurrow<String, String> burrow = parked();
        refuses = false;
        assertThat(burrow.burrow().deadLetterParked(P0, 0)).isTrue();
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sends).isEqualTo(2);
        assertThat(handled).endsWith(1L);
        assertThat(committed()).isEqualTo(3);
        assertThat(burrow.burrow().parked()).isEmpty();
    }

    @Test
    void refused_haltsWithWhatTheSinkSaid_andCommitsUpToTheGap() {
        SteppedBurrow<String, String> burrow =
                start(refused(new BurrowException(ErrorCode.DEAD_LETTER_REFUSED, "no right to write to t-dlt")));
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(60));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause())
                .hasMessageContaining("DEAD_LETTER_REFUSED")
                .hasMessageContaining("no right to write");
        assertThat(sends).isEqualTo(1);
        assertThat(committedOr(0)).isZero();
    }
}
