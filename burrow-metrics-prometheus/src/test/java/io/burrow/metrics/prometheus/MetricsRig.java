package io.burrow.metrics.prometheus;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A scripted Burrow, its metrics, and a registry to read them from. */
abstract class MetricsRig {
    static final TopicPartition P0 = new TopicPartition("orders", 0);
    static final TopicPartition P1 = new TopicPartition("orders", 1);

    final MeterRegistry registry = new SimpleMeterRegistry();
    final AtomicLong clock = new AtomicLong();
    final ScriptedControl burrow = new ScriptedControl("shop");
    final BurrowMetrics metrics = BurrowMetrics.builder()
            .nanoTime(clock::get)
            .patience(Duration.ofMinutes(1)) // what is read is then always of now
            .build();

    void start() {
        metrics.bindTo(registry);
        metrics.started(burrow);
    }

    double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    static void commit(BurrowMetrics metrics, CommitResult result) {
        metrics.committed(Map.of(P0, CommitPoint.of(1), P1, CommitPoint.of(1)), result, 2_000_000);
    }
}
