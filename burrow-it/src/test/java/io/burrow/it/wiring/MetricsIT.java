package io.burrow.it.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.GroupProtocol;
import io.burrow.it.kafka.Scene;
import io.burrow.it.kafka.SharedKafka;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What Prometheus reads while a Burrow consumes from a real broker. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class MetricsIT {
    private final EmbeddedKafka kafka;

    MetricsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void scrape_whileConsuming_showsWhatWasDoneAndWhatIsHeld(GroupProtocol protocol)
            throws IOException, InterruptedException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BurrowMetrics metrics = BurrowMetrics.on(registry);
        CompletableFuture<@Nullable Void> held = new CompletableFuture<>();
        Set<Long> waiting = ConcurrentHashMap.newKeySet();
        try (Scene scene = Scene.on(kafka, protocol, 1);
                MetricsServer server = MetricsServer.start(registry, 0)) {
            scene.produceNumbered(0, 20);
            // of 20 records the 10th waits, the 15th fails once, the 17th always
            Burrow<String, String> burrow = Burrow.<String, String>builder()
                    .source(scene.source().build())
                    .config(Scene.quick())
                    .config(config -> config.name("orders")
                            .retryPolicy(RetryPolicy.retries(1))
                            .backoff(BackoffStrategy.fixed(Duration.ofMillis(5))))
                    .listener(metrics)
                    .asyncHandler(message -> {
                        if (message.offset() == 15 && message.attempt() == 1 || message.offset() == 17) {
                            throw new IllegalStateException("no");
                        }
                        if (message.offset() == 10) {
                            waiting.add(message.offset());
                            return held;
                        }
                        return AsyncMessageHandler.done();
                    })
                    .build();
            burrow.start();
            try {
                Await.until("all but two", Scene.LIMIT, () -> {
                    var stats = burrow.stats();
                    return stats.processed() == 18 && stats.parked() == 1 && waiting.size() == 1;
                });
                scene.awaitCommitted(0, 10);

                String own = "burrow=\"orders\"";
                String partition = "partition=\"0\"";
                Await.until(
                        "a scrape of this state",
                        Scene.LIMIT,
                        () -> Scrape.of(server).value("burrow_gap_width", partition) == 10);
                Scrape scrape = Scrape.of(server);
                assertThat(scrape.value("burrow_records_total", own, "outcome=\"processed\""))
                        .isEqualTo(18);
                assertThat(scrape.value("burrow_records_total", own, "outcome=\"dead_lettered\""))
                        .isZero();
                assertThat(scrape.value("burrow_attempts_failed_total", own)).isEqualTo(3);
                assertThat(scrape.value("burrow_retries_total", own)).isEqualTo(2);
                assertThat(scrape.value("burrow_inflight", own)).isEqualTo(2);
                assertThat(scrape.value("burrow_inflight_bytes", own)).isPositive();
                assertThat(scrape.value("burrow_parked", own)).isEqualTo(1);
                assertThat(scrape.value("burrow_partition_parked", own, partition))
                        .isEqualTo(1);
                assertThat(scrape.value("burrow_partition_retrying", own, partition))
                        .isZero();
                assertThat(scrape.value("burrow_queue_depth", own)).isZero();
                assertThat(scrape.value("burrow_gap_oldest_age_seconds", own, partition))
                        .isPositive();
                Await.until(
                        "the end of the log",
                        Scene.LIMIT,
                        () -> Scrape.of(server).value("burrow_lag", own, partition) == 10);
                assertThat(Scrape.of(server).value("burrow_lag_unfinished", own, partition))
                        .isEqualTo(2);
                assertThat(scrape.value("burrow_partitions", own, "state=\"moving\""))
                        .isEqualTo(1);
                assertThat(scrape.value("burrow_state", own, "state=\"running\""))
                        .isEqualTo(1);
                assertThat(scrape.value("burrow_concurrency_limit", own))
                        .isEqualTo(burrow.config().concurrency());
                Await.until(
                        "characters beside the committed offset",
                        Scene.LIMIT,
                        () -> Scrape.of(server).value("burrow_snapshot_chars", own, partition) > 0);
                assertThat(scrape.value("burrow_record_queue_wait_seconds_count", own))
                        .as("what ended with its first attempt")
                        .isEqualTo(17);
                assertThat(scrape.value(
                                "burrow_record_process_seconds_count",
                                "topic=\"" + scene.topic() + "\"",
                                "outcome=\"processed\""))
                        .isEqualTo(18);
                assertThat(scrape.value("burrow_record_process_seconds_bucket", "outcome=\"processed\"", "le=\"+Inf\""))
                        .isEqualTo(18);
                Await.until("as many commits as the statistics know", Scene.LIMIT, () -> {
                    double known = burrow.stats().commits(); // one that is made meanwhile makes it ask again
                    return Scrape.of(server).value("burrow_commit_total", own, "outcome=\"committed\"") == known;
                });
                assertThat(scrape.value("burrow_commit_duration_seconds_count", own, "outcome=\"committed\""))
                        .isPositive();
                assertThat(scrape.value("burrow_rebalances_total", own, "type=\"assigned\""))
                        .isPositive();

                held.complete(null);
                scene.awaitCommitted(0, 17);
                Await.until(
                        "the gap to shrink",
                        Scene.LIMIT,
                        () -> Scrape.of(server).value("burrow_gap_width", partition) == 3);
            } finally {
                burrow.close();
            }

            Scrape ended = Scrape.of(server);
            assertThat(ended.naming("partition=")).as("series of partitions").isEmpty();
            assertThat(ended.value("burrow_records_total", "outcome=\"processed\""))
                    .isEqualTo(19);

            metrics.close();
            assertThat(Scrape.of(server).naming("burrow")).isEmpty();
        }
    }
}
