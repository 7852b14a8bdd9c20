package io.burrow.it.page;

import io.burrow.api.BurrowConfig;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.it.broker.Await;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Burrows over a broker in memory, in the states that a page is looked at for, on a server of their own. */
final class Shown implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final MetricsServer server = MetricsServer.builder(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))
            .pageInterval(Duration.ofMillis(100))
            .start();
    private final InMemoryBroker broker = new InMemoryBroker();
    private final List<Burrow<String, String>> burrows = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "shown-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<@Nullable Void> held = new CompletableFuture<>();
    private final CountDownLatch kept = new CountDownLatch(1);

    URI page() {
        return server.pageUri();
    }

    /** Four partitions whose records take some time each, and come as long as this is open. */
    Burrow<String, String> flowing(String name) {
        return flowing(name, -1);
    }

    /** The same, with a record of the first partition that is parked while the others go on. */
    Burrow<String, String> flowing(String name, long parked) {
        topic(name, 4);
        Burrow<String, String> burrow = start(
                name,
                config -> config.ordering(Ordering.UNORDERED).retryPolicy(RetryPolicy.never()),
                (offset, partition) -> {
                    if (partition == 0 && offset == parked) {
                        throw new IllegalArgumentException("not for the page");
                    }
                    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
                    long millis = 20 + new Random(offset * 31 + partition).nextInt(400) / (offset % 5 == 0 ? 1 : 8);
                    timer.schedule(() -> done.complete(null), millis, TimeUnit.MILLISECONDS);
                    return done;
                });
        Random random = new Random(7);
        timer.scheduleAtFixedRate(
                () -> {
                    for (int i = 0; i < 14; i++) {
                        produce(name, random.nextInt(4), 1);
                    }
                },
                0,
                20,
                TimeUnit.MILLISECONDS);
        Await.until("records to flow", LIMIT, () -> burrow.stats().processed() > 200);
        return burrow;
    }

    /** Of three partitions one is held by a parked record, one by a retry, and one by a handler that does not end. */
    Burrow<String, String> held(String name) {
        topic(name, 3);
        Burrow<String, String> burrow = start(
                name,
                config -> config.ordering(Ordering.UNORDERED)
                        .retryPolicy(RetryPolicy.retries(2).on(IllegalArgumentException.class, RetryDecision.PARK))
                        .backoff(BackoffStrategy.fixed(Duration.ofMinutes(5)))
                        .stuckAfter(Duration.ofMillis(200)),
                (offset, partition) -> {
                    if (partition == 0 && offset == 40) {
                        throw new IllegalArgumentException("not for the page");
                    }
                    if (partition == 1 && (offset == 60 || offset == 61)) {
                        throw new ConnectException("not for the page");
                    }
                    return partition == 2 && (offset == 80 || offset > 380)
                            ? held
                            : CompletableFuture.completedFuture(null);
                });
        for (int partition = 0; partition < 3; partition++) {
            produce(name, partition, 400);
        }
        Await.until("all but what is held", LIMIT, () -> {
            var stats = burrow.stats();
            return stats.processed() == 1_200 - 1 - 2 - 20 && stats.parked() == 1 && stats.retrying() == 2;
        });
        return burrow;
    }

    /** Lets go what {@link #held} holds in its last partition. */
    void letGo() {
        held.complete(null);
    }

    /** So many partitions, each held by a record that fails while others of it go on, with more than are told of. */
    Burrow<String, String> failing(String name, int partitions) {
        topic(name, partitions);
        Burrow<String, String> burrow = start(
                name,
                config -> config.ordering(Ordering.UNORDERED)
                        .retryPolicy(RetryPolicy.forever())
                        .backoff(BackoffStrategy.fixed(Duration.ofMinutes(5))),
                (offset, partition) -> {
                    if (offset < 25) {
                        throw new ConnectException("not for the page");
                    }
                    return held;
                });
        for (int partition = 0; partition < partitions; partition++) {
            produce(name, partition, 26);
        }
        Await.until("all to fail", LIMIT, () -> burrow.stats().retrying() == 25L * partitions);
        return burrow;
    }

    /** One partition without room in its span, for a record whose handler does not end. */
    Burrow<String, String> stuckWithoutRoom(String name) {
        topic(name, 1);
        Burrow<String, String> burrow = start(
                name,
                config -> config.ordering(Ordering.UNORDERED).maxSpanRecords(64).stuckAfter(Duration.ofMillis(200)),
                (offset, partition) -> offset == 10 ? held : CompletableFuture.completedFuture(null));
        produce(name, 0, 200);
        Await.until("its span to be full", LIMIT, () -> burrow.stats().processed() == 10 + 63);
        return burrow;
    }

    /** One that a record has halted, with all others done. */
    Burrow<String, String> halted(String name) {
        topic(name, 2);
        CompletableFuture<@Nullable Void> failing = new CompletableFuture<>();
        Burrow<String, String> burrow = start(
                name,
                config -> config.ordering(Ordering.UNORDERED)
                        .retryPolicy(RetryPolicy.never())
                        .onExhausted(ExhaustedAction.HALT),
                (offset, partition) ->
                        partition == 1 && offset == 120 ? failing : CompletableFuture.completedFuture(null));
        // A halt leaves what has not begun: all others are to be done before.
        produce(name, 0, 300);
        produce(name, 1, 300);
        Await.until("all others", LIMIT, () -> burrow.stats().processed() == 599);
        failing.completeExceptionally(new IllegalStateException("not for the page"));
        Await.until("the halt", LIMIT, () -> burrow.state().isTerminal());
        return burrow;
    }

    /** Makes its loop wait in a listener until this is closed. */
    Burrow<String, String> silent(String name) {
        topic(name, 1);
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(broker.source(name, List.of(name)))
                .config(config -> config.name(name))
                .listener(server)
                .listener(new BurrowListener() {
                    @Override
                    public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
                        try {
                            kept.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .handler(message -> {})
                .build();
        burrows.add(burrow);
        burrow.start();
        produce(name, 0, 10);
        return burrow;
    }

    /** Ends the server, as when its process is gone. */
    void goAway() {
        server.close();
    }

    private interface Body {
        CompletableFuture<@Nullable Void> handle(long offset, int partition) throws IOException;
    }

    private void topic(String name, int partitions) {
        broker.createTopic(name, partitions);
    }

    private Burrow<String, String> start(String name, UnaryOperator<BurrowConfig.Builder> settings, Body body) {
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(broker.source(name, List.of(name)))
                .config(config ->
                        settings.apply(config.name(name).concurrency(500).commitInterval(Duration.ofMillis(100))))
                .listener(server)
                .asyncHandler(message -> body.handle(message.offset(), message.partition()))
                .build();
        burrows.add(burrow);
        burrow.start();
        return burrow;
    }

    private void produce(String topic, int partition, int records) {
        for (int i = 0; i < records; i++) {
            broker.produce(topic, partition, "canary-key", "canary-value");
        }
    }

    @Override
    public void close() {
        kept.countDown();
        letGo();
        timer.shutdownNow();
        burrows.forEach(burrow -> burrow.close(Duration.ofMillis(100)));
        server.close();
    }
}
