package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.metrics.prometheus.Latest.Reading;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** With calls that the test lets run, and its own clock. */
class LatestTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong();
    private final Queue<Runnable> calls = new ArrayDeque<>();
    private final AtomicInteger asked = new AtomicInteger();
    private RuntimeException failure;

    private final Latest<Integer> latest = new Latest<>(
            () -> {
                asked.incrementAndGet();
                if (failure != null) {
                    throw failure;
                }
                return asked.get();
            },
            calls::add,
            now::get);

    private Reading<Integer> read() throws InterruptedException {
        return latest.await(System.nanoTime());
    }

    @Test
    void atMostOneCall_isUnderWay() throws Exception {
        latest.refresh(0);
        latest.refresh(0);
        assertThat(calls).hasSize(1);
        assertThat(read()).isEqualTo(new Reading<Integer>(null, 0, null, true));

        calls.remove().run();
        assertThat(read()).isEqualTo(new Reading<>(1, 0, null, true));
    }

    @Test
    void freshAnswer_isNotAskedForAgain() {
        latest.refresh(SECOND);
        calls.remove().run();
        now.addAndGet(SECOND - 1);
        latest.refresh(SECOND);
        assertThat(calls).isEmpty();
        now.addAndGet(1);
        latest.refresh(SECOND);
        assertThat(calls).hasSize(1);
    }

    @Test
    void callThatTakesLong_isNoAnswer_andWhatWasKnownStays() throws Exception {
        latest.refresh(0);
        calls.remove().run();
        latest.refresh(0);
        now.addAndGet(3 * SECOND);

        assertThat(read()).isEqualTo(new Reading<>(1, 3_000, null, false));
        calls.remove().run();
        assertThat(read()).isEqualTo(new Reading<>(2, 0, null, true));
    }

    @Test
    void callThatFails_isTold_andAskedAgainAtOnce() throws Exception {
        failure = new IllegalStateException("no");
        latest.refresh(SECOND);
        calls.remove().run();
        assertThat(read()).isEqualTo(new Reading<Integer>(null, 0, failure, false));

        failure = null;
        latest.refresh(SECOND);
        calls.remove().run();
        assertThat(read()).isEqualTo(new Reading<>(2, 0, null, true));
    }

    @Test
    void executorThatIsShutDown_leavesNothingUnderWay() throws Exception {
        Latest<Integer> closed = new Latest<>(
                () -> 1,
                task -> {
                    throw new RejectedExecutionException();
                },
                now::get);
        closed.refresh(0);
        assertThat(closed.await(System.nanoTime() + 60 * SECOND).answer()).isNull();
    }
}
