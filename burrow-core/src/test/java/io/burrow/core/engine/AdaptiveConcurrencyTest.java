package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole Burrow before a downstream that serves so many at once in a tenth of a second; what comes beyond that waits
 * there, and so takes longer.
 */
class AdaptiveConcurrencyTest extends EngineRig {
    private static final Duration SERVICE = Duration.ofMillis(100);

    private int capacity = 20;
    private boolean broken;
    private int running;
    private int most;
    private long produced;

    private CompletableFuture<Void> call() {
        running++;
        most = Math.max(most, running);
        CompletableFuture<Void> stage = new CompletableFuture<>();
        boolean fails = broken;
        long nanos = SERVICE.toNanos() * Math.max(1, running) / Math.max(1, Math.min(running, capacity));
        clock.schedule(nanos, () -> {
            running--;
            if (fails) {
                stage.completeExceptionally(new IllegalStateException("down"));
            } else {
                stage.complete(null);
            }
        });
        return stage;
    }

    private SteppedBurrow<String, String> limited(ConcurrencyLimit limiter, int floor, int ceiling) {
        return start(base().asyncHandler(m -> call())
                .config(c -> c.concurrencyLimit(limiter)
                        .minConcurrency(floor)
                        .concurrency(ceiling)
                        .errorThreshold(0)
                        .retryPolicy(RetryPolicy.forever())
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(10)))));
    }

    /** Lets it work for a while, never without work. Returns how many were running on average in the last half. */
    private double work(SteppedBurrow<String, String> burrow, int seconds) {
        long sum = 0;
        int samples = 0;
        for (int step = 0; step < seconds * 10; step++) {
            while (produced - burrow.burrow().stats().processed() < 1_000) {
                produce(100);
                produced += 100;
            }
            burrow.advance(Duration.ofMillis(100));
            if (step >= seconds * 5) {
                sum += running;
                samples++;
            }
        }
        return (double) sum / samples;
    }

    static Stream<Arguments> limiters() {
        return Stream.of(
                Arguments.of("gradient", (Supplier<ConcurrencyLimit>) ConcurrencyLimit::gradient),
                Arguments.of("aimd", (Supplier<ConcurrencyLimit>) () -> ConcurrencyLimit.aimd(Duration.ofMillis(130))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limiters")
    void theLimit_findsWhatTheDownstreamCanTake_andFollowsIt(String name, Supplier<ConcurrencyLimit> limiter) {
        SteppedBurrow<String, String> burrow = limited(limiter.get(), 1, 400);
        assertThat(work(burrow, 60)).isBetween(17.0, 36.0);
        capacity = 80;
        assertThat(work(burrow, 120)).isBetween(68.0, 144.0);
        capacity = 10; // after a collapse the gradient needs a few of its probes, one a minute
        assertThat(work(burrow, 240)).isBetween(8.0, 20.0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limiters")
    void aDownstreamThatFails_isLeftAlone_downToTheFloor(String name, Supplier<ConcurrencyLimit> limiter) {
        SteppedBurrow<String, String> burrow = limited(limiter.get(), 3, 400);
        work(burrow, 30);
        broken = true;
        assertThat(work(burrow, 30)).isLessThanOrEqualTo(3);
        broken = false;
        assertThat(work(burrow, 60)).isBetween(17.0, 36.0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limiters")
    void floorAndCeiling_hold_alsoWhenTheyChange(String name, Supplier<ConcurrencyLimit> limiter) {
        SteppedBurrow<String, String> burrow = limited(limiter.get(), 2, 8);
        assertThat(work(burrow, 20)).isBetween(6.5, 8.0);
        assertThat(most).isEqualTo(8);

        burrow.burrow().reconfigure(c -> c.concurrency(40));
        assertThat(work(burrow, 60)).isBetween(17.0, 36.0);

        burrow.burrow().reconfigure(c -> c.minConcurrency(40));
        assertThat(work(burrow, 20)).isEqualTo(40);

        burrow.burrow().reconfigure(c -> c.minConcurrency(1).concurrency(5));
        work(burrow, 1);
        most = 0;
        assertThat(work(burrow, 20)).isLessThanOrEqualTo(5);
        assertThat(most).isEqualTo(5);
    }

    @Test
    void switchedOffWhileRunning_theCeilingHolds_andOnAgain_itLearnsAnew() {
        SteppedBurrow<String, String> burrow = limited(ConcurrencyLimit.gradient(), 1, 60);
        assertThat(work(burrow, 60)).isBetween(17.0, 36.0);
        burrow.burrow().reconfigure(c -> c.concurrencyLimit(ConcurrencyLimit.fixed()));
        assertThat(work(burrow, 10)).isEqualTo(60);
        burrow.burrow().reconfigure(c -> c.concurrencyLimit(ConcurrencyLimit.gradient()));
        assertThat(work(burrow, 60)).isBetween(17.0, 36.0);
    }

    @Test
    void settingsThatComeWhileTheLimiterThinks_stay() {
        List<SteppedBurrow<String, String>> self = new ArrayList<>();
        SteppedBurrow<String, String> burrow = limited(
                window -> {
                    self.get(0)
                            .burrow()
                            .reconfigure(c ->
                                    c.concurrencyLimit(ConcurrencyLimit.fixed()).concurrency(9));
                    return 2;
                },
                4,
                30);
        self.add(burrow);
        assertThat(work(burrow, 5)).isEqualTo(9);
        assertThat(burrow.burrow().stats().concurrencyLimit()).isEqualTo(9);
    }

    @Test
    void aLimiterThatMisbehaves_changesNothing_orIsBroughtInside() {
        SteppedBurrow<String, String> burrow = limited(
                window -> {
                    throw new IllegalStateException("no idea");
                },
                4,
                30);
        assertThat(work(burrow, 5)).isEqualTo(4);
        assertThat(burrow.burrow().health().problems()).anyMatch(problem -> problem.contains("LIMITER_FAILED"));
        burrow.burrow().reconfigure(c -> c.concurrencyLimit(window -> Integer.MAX_VALUE));
        assertThat(work(burrow, 5)).isEqualTo(30);
        burrow.burrow().reconfigure(c -> c.concurrencyLimit(window -> Integer.MIN_VALUE));
        assertThat(work(burrow, 5)).isEqualTo(4);
    }
}
