package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WakeupsTest {
    private final ScriptedConsumer consumer = new ScriptedConsumer();
    private final Wakeups wakeups = new Wakeups(consumer);
    private final AtomicLong nanos = new AtomicLong();
    private final Deadline deadline = Deadline.in(Duration.ofSeconds(1), nanos::get);

    @Test
    void wakeup_whileNotWaiting_leavesTheClientAlone() {
        wakeups.wakeup();

        assertThat(consumer.wakeups).isZero();
        assertThat(wakeups.beginWait()).isTrue();
        assertThat(wakeups.beginWait()).as("taken").isFalse();
    }

    @Test
    void shielded_pendingWakeupStrikes_callsAgainAndKeepsIt() {
        int[] calls = {0};

        String result = wakeups.shielded(deadline, () -> {
            if (calls[0]++ < 2) {
                throw new WakeupException();
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(calls[0]).isEqualTo(3);
        assertThat(wakeups.beginWait()).isTrue();
    }

    @Test
    void shielded_struckAfterTheDeadline_givesUp() {
        assertThatThrownBy(() -> wakeups.run(deadline, () -> {
                    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
                    throw new WakeupException();
                }))
                .isInstanceOf(WakeupException.class);
    }

    @Test
    void answer_comes_isReturned() {
        assertThat(wakeups.<String>answer(deadline, () -> "answer")).isEqualTo("answer");
    }

    /** A client that waits for as long as nobody wakes it. */
    @Test
    @Timeout(60)
    void answer_doesNotCome_isNotWaitedForAnyLonger_andNoPollIsHurriedForIt() {
        CountDownLatch woken = new CountDownLatch(1);
        Wakeups own = new Wakeups(new ScriptedConsumer() {
            @Override
            public void wakeup() {
                woken.countDown();
            }
        });
        own.limit = (asking, time) -> asking.orTimeout(10, TimeUnit.MILLISECONDS);

        assertThatThrownBy(() -> own.answer(deadline, () -> {
                    waitFor(woken);
                    throw new WakeupException();
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(own.beginWait()).isFalse();
    }

    @Test
    void answer_struckByAnothersWakeup_isAskedForAgain_andTheWakeupIsKept() {
        int[] calls = {0};

        String answer = wakeups.answer(deadline, () -> {
            if (calls[0]++ == 0) {
                throw new WakeupException();
            }
            return "answer";
        });

        assertThat(answer).isEqualTo("answer");
        assertThat(wakeups.beginWait()).isTrue();
    }

    @Test
    void answer_noTimerToBeHad_isAskedForAllTheSame() {
        wakeups.limit = (asking, time) -> {
            throw new OutOfMemoryError("no native thread");
        };
        assertThat(wakeups.<String>answer(deadline, () -> "answer")).isEqualTo("answer");
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shielded_interrupted_callsAgainAndLeavesTheInterrupt() {
        int[] calls = {0};

        wakeups.run(deadline, () -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            if (calls[0]++ == 0) {
                throw new InterruptException("by whom?");
            }
        });

        assertThat(calls[0]).isEqualTo(2);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shielded_interruptedBefore_isNotDisturbed() {
        Thread.currentThread().interrupt();

        wakeups.run(
                deadline,
                () -> assertThat(Thread.currentThread().isInterrupted()).isFalse());

        assertThat(Thread.interrupted()).isTrue();
    }
}
