package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
        ScriptedConsumer waits = new ScriptedConsumer() {
            @Override
            public void wakeup() {
                woken.countDown();
            }
        };
        Wakeups own = new Wakeups(waits, new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                assertThat(Duration.of(delay, unit.toChronoUnit())).isEqualTo(Duration.ofMillis(1_100));
                return super.schedule(task, 10, TimeUnit.MILLISECONDS);
            }
        });
        assertThatThrownBy(() -> own.answer(deadline, () -> {
                    waitFor(woken);
                    throw new WakeupException();
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(own.beginWait()).isFalse();
        own.close();
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
        Wakeups without = new Wakeups(consumer, new ScheduledThreadPoolExecutor(1, task -> {
            throw new OutOfMemoryError("no native thread");
        }));
        assertThat(without.<String>answer(deadline, () -> "answer")).isEqualTo("answer");
    }

    @Test
    void close_leavesNoThread_andQuestionsAreStillAnswered() throws InterruptedException {
        AtomicReference<Thread> made = new AtomicReference<>();
        Wakeups own = new Wakeups(consumer, new ScheduledThreadPoolExecutor(1, task -> {
            made.set(new Thread(task));
            return made.get();
        }));
        own.answer(deadline, () -> "answer");
        assertThat(made.get().isAlive()).isTrue();

        own.close();

        made.get().join(TimeUnit.MINUTES.toMillis(1));
        assertThat(made.get().isAlive()).isFalse();
        assertThat(own.<String>answer(deadline, () -> "answer")).isEqualTo("answer");
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
