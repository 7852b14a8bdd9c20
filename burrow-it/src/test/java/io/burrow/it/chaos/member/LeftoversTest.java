package io.burrow.it.chaos.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LeftoversTest {

    @Test
    void threadThatStays_isNamed_andNotWhenItHasEnded() throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> awaitQuietly(end), "left-behind");
        thread.start();

        assertThat(Leftovers.of(each -> each != thread, Duration.ZERO)).containsExactly("left-behind");
        assertThat(Leftovers.of(each -> before.contains(each) || each == thread, Duration.ofSeconds(30)))
                .as("one that is expected")
                .isEmpty();

        end.countDown();
        thread.join();
        assertThat(Leftovers.of(each -> each != thread, Duration.ZERO)).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
