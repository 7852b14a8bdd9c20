package io.burrow.it.docs;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Burrow with all that can happen to it, and what Prometheus would read of it. */
final class WatchedShop implements AutoCloseable {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"[^\"]*\"");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BurrowMetrics metrics = BurrowMetrics.on(registry);
    private final SteppedBurrow<String, String> burrow;

    /** One record waits for ever, others are handled, tried again, dead-lettered; a partition is lost. */
    WatchedShop() {
        TestClock clock = new TestClock();
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 2);
        burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("shop", List.of("orders")))
                        .config(c -> c.name("shop")
                                .maxSpanRecords(64)
                                .retryPolicy(RetryPolicy.retries(1))
                                .onExhausted(ExhaustedAction.DEAD_LETTER)
                                .backoff(BackoffStrategy.fixed(Duration.ofMillis(10))))
                        .deadLetters(new InMemoryDeadLetters<>())
                        .listener(metrics)
                        .asyncHandler(message -> {
                            if (message.offset() == 3 && message.partition() == 0) {
                                return new CompletableFuture<Void>();
                            }
                            if (message.offset() == 5) {
                                throw new IllegalStateException("no");
                            }
                            return AsyncMessageHandler.done();
                        }),
                clock,
                1);
        for (int i = 0; i < 200; i++) {
            broker.produce("orders", i % 2, "key-" + i, "value");
        }
        burrow.settle().advance(Duration.ofSeconds(30));
        broker.faults().revoke(broker.members("shop").get(0), new TopicPartition("orders", 1));
        burrow.settle().advance(Duration.ofSeconds(1));
    }

    /** The names that a scrape shows, each with the names of its labels. */
    TreeMap<String, Set<String>> scrape() {
        TreeMap<String, Set<String>> samples = new TreeMap<>();
        registry.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("not a sample: " + line);
            }
            Set<String> labels = samples.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
        });
        return samples;
    }

    @Override
    public void close() {
        burrow.burrow().close(Duration.ZERO);
        metrics.close();
    }
}
