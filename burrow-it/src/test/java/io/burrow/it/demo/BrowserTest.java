package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BrowserTest {
    private static final URI PAGE = URI.create("http://127.0.0.1:9400/");

    private final List<URI> opened = new ArrayList<>();

    private static Terminal terminal(boolean attended) {
        return new Terminal(false, attended, 100, StandardCharsets.UTF_8);
    }

    @Test
    void open_bySomebodyAtADesktop_opensThePageOnce() {
        new Browser(terminal(true), opened::add, Runnable::run).open(PAGE);

        assertThat(opened).containsExactly(PAGE);
    }

    @Test
    void open_withNobodyThere_doesNothing_andStartsNothing() {
        new Browser(terminal(false), opened::add, task -> {
                    throw new AssertionError("nothing is to be run");
                })
                .open(PAGE);

        assertThat(opened).isEmpty();
    }

    @Test
    void open_whatFails_isNotTold() {
        for (Throwable failure : List.of(new IllegalStateException("test"), new NoClassDefFoundError("java/awt/X"))) {
            new Browser(
                            terminal(true),
                            page -> {
                                opened.add(page);
                                BrowserTest.<RuntimeException>sneak(failure);
                            },
                            Runnable::run)
                    .open(PAGE);
        }
        assertThat(opened).hasSize(2);
    }

    @Test
    void open_waitsForNothing_andItsThreadKeepsNoProcessAlive() throws Exception {
        CountDownLatch returned = new CountDownLatch(1);
        CompletableFuture<Boolean> isDaemon = new CompletableFuture<>();
        Browser browser = new Browser(terminal(true), page -> {
            try {
                returned.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            isDaemon.complete(Thread.currentThread().isDaemon());
        });

        browser.open(PAGE);
        returned.countDown();

        assertThat(isDaemon.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
