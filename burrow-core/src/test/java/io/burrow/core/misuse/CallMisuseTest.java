package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.Ordering;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.Wait;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls at odd moments, and with odd arguments. */
@Timeout(180)
class CallMisuseTest extends MisuseRig {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    @Test
    void reconfigure_beforeStart_isInForceAndHarmsNothing() {
        AtomicInteger handled = new AtomicInteger();
        try (Burrow<String, String> burrow =
                base().handler(m -> handled.incrementAndGet()).build()) {
            burrow.reconfigure(c -> c.concurrency(3));
            burrow.start();
            produce(10);
            Wait.until("all handled", () -> handled.get() == 10);
            assertThat(burrow.config().concurrency()).isEqualTo(3);
        }
    }

    @Test
    void questions_afterACloseWithoutStart_areAnswered_andStartIsRefused() {
        Burrow<String, String> burrow = base().handler(m -> {}).build();
        burrow.close();
        assertThat(burrow.stats().processed()).isZero();
        assertThat(burrow.health().partitions()).isEmpty();
        assertThat(burrow.parked()).isEmpty();
        assertThatThrownBy(burrow::start)
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    }

    @Test
    void drain_behindAParkedKey_ends() throws Exception {
        try (Burrow<String, String> burrow = base().config(
                        c -> c.ordering(Ordering.PARTITION).retryPolicy(RetryPolicy.never()))
                .handler(m -> {
                    if (m.offset() == 1) {
                        throw new IllegalStateException("no");
                    }
                })
                .build()) {
            burrow.start();
            produce(5);
            Wait.until("parked", () -> burrow.stats().parked() == 1);
            assertThat(burrow.drain(Duration.ofSeconds(60))).isTrue();
            assertThat(committed()).isEqualTo(1);
        }
    }

    @Test
    void drain_ofASteppedBurrow_steps() throws Exception {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle();
        produce(50);
        burrow.turn();
        assertThat(burrow.burrow().drain(Duration.ofSeconds(5))).isTrue();
        assertThat(committed()).isEqualTo(50);
    }

    @Test
    void drainAndClose_withoutALimit_endWhenAllIsDone() throws Exception {
        Burrow<String, String> burrow = handler(m -> {}).build().start();
        produce(50);
        Wait.until("begun", () -> burrow.stats().processed() > 0);
        assertThat(burrow.drain(FOREVER)).isTrue();
        assertThat(burrow.close(FOREVER).clean()).isTrue();
        assertThat(committed()).isEqualTo(50);
    }

    @Test
    void drainAndClose_withoutALimit_ofASteppedBurrow_endWhenAllIsDone() throws Exception {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(50);
        burrow.turn();
        assertThat(burrow.burrow().drain(FOREVER)).isTrue();
        assertThat(burrow.close(FOREVER).clean()).isTrue();
        assertThat(committed()).isEqualTo(50);
    }

    @Test
    void close_withLessThanNoTime_isRefused_andWithNoneCommitsWhatIsFinished() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(3);
        burrow.settle();
        complete(burrow, 0);
        assertThatThrownBy(() -> burrow.close(Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout must not be negative");
        assertThat(burrow.close(Duration.ZERO).unfinishedRecords()).isEqualTo(2);
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void close_withAStuckHandler_keepsItsBound_howeverLongADrainMayBe() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch in = new CountDownLatch(1);
        Burrow<String, String> burrow = base().config(c -> c.drainTimeout(Duration.ofMinutes(5)))
                .handler(m -> {
                    in.countDown();
                    gate.await();
                })
                .build()
                .start();
        produce(1);
        in.await();
        // three minutes, by this class's limit, would be too long already
        assertThat(burrow.close(Duration.ofMillis(100)).clean()).isFalse();
        gate.countDown();
    }

    @Test
    void close_byAThreadThatIsInterrupted_waitsAllTheSame_andItStaysInterrupted() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch in = new CountDownLatch(1);
        Burrow<String, String> burrow = base().handler(m -> {
                    in.countDown();
                    gate.await();
                })
                .build()
                .start();
        produce(1);
        in.await();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            boolean clean = burrow.close(Duration.ofMinutes(1)).clean();
            interrupted.complete(clean && Thread.currentThread().isInterrupted());
        });
        closing.start();
        Wait.until("it closes", () -> burrow.state() == BurrowState.CLOSING);
        closing.interrupt();
        gate.countDown();
        assertThat(interrupted.join()).isTrue();
        assertThat(committed()).isEqualTo(1);
    }
}
