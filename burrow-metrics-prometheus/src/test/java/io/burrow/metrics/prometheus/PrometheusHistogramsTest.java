package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a scrape shows of the durations of records. */
class PrometheusHistogramsTest {
    private static final TopicPartition P0 = new TopicPartition("orders", 0);
    private static final int TOPICS = 100;
    private static final String PROCESS = "burrow_record_process_seconds";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private BurrowMetrics started(String name, Duration... buckets) {
        BurrowMetrics metrics = BurrowMetrics.builder().buckets(buckets).build();
        metrics.bindTo(registry);
        metrics.started(new ScriptedControl(name));
        return metrics;
    }

    private static void finish(BurrowMetrics metrics, long... handlerMillis) {
        for (long millis : handlerMillis) {
            metrics.recordFinished(P0, 1, RecordOutcome.PROCESSED, 1, 2 * millis * 1_000_000, millis * 1_000_000);
        }
    }

    private static long lines(Scrape scrape, String start) {
        return Arrays.stream(scrape.text().split("\n"))
                .filter(line -> line.startsWith(start))
                .count();
    }

    @Test
    void recordsOfSeveralTopics_countUnderTheirOwn_whateverObjectTheNameIs() {
        BurrowMetrics metrics = started("shop", Duration.ofMillis(1));
        finish(metrics, 1, 1);
        metrics.recordFinished(new TopicPartition("refunds", 0), 1, RecordOutcome.PROCESSED, 1, 1, 1);
        metrics.recordFinished(new TopicPartition("refunds", 0), 2, RecordOutcome.SKIPPED, 1, 1, 1);
        metrics.recordFinished(
                new TopicPartition(String.valueOf("orders".toCharArray()), 1), 1, RecordOutcome.SKIPPED, 1, 1, 1);
        finish(metrics, 1);

        Scrape scrape = Scrape.of(registry);
        assertThat(scrape.value(PROCESS + "_count", "topic", "orders", "outcome", "processed"))
                .isEqualTo(3);
        assertThat(scrape.value(PROCESS + "_count", "topic", "orders", "outcome", "skipped"))
                .isEqualTo(1);
        assertThat(scrape.value(PROCESS + "_count", "topic", "refunds", "outcome", "processed"))
                .isEqualTo(1);
        assertThat(scrape.value("burrow_record_queue_wait_seconds_count", "topic", "refunds"))
                .isEqualTo(2);
    }

    @Test
    void histogram_isCumulative_boundsBelongToTheirBucket() {
        BurrowMetrics metrics = started("shop", Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofSeconds(1));
        finish(metrics, 0, 1, 2, 10, 11, 5_000);

        Scrape scrape = Scrape.of(registry);
        assertThat(scrape.all(PROCESS + "_bucket"))
                .extracting(sample -> sample.labels().get("le") + ": " + sample.value())
                .containsExactly("0.001: 2.0", "0.01: 4.0", "1.0: 5.0", "+Inf: 6.0");
        assertThat(scrape.value(PROCESS + "_count", "burrow", "shop", "topic", "orders", "outcome", "processed"))
                .isEqualTo(6);
        assertThat(scrape.value(PROCESS + "_sum")).isEqualTo(5.024);
        assertThat(scrape.value("burrow_record_queue_wait_seconds_sum", "burrow", "shop", "topic", "orders"))
                .isEqualTo(10.048);
        assertThat(lines(scrape, "# TYPE " + PROCESS + " histogram")).isEqualTo(1);
    }

    @Test
    void histograms_ofSeveralBurrows_areOneFamily() {
        BurrowMetrics one = started("one", Duration.ofMillis(1));
        BurrowMetrics two = started("two", Duration.ofMillis(1));
        finish(one, 0, 0);
        finish(two, 0, 5, 5);

        Scrape scrape = Scrape.of(registry);
        assertThat(lines(scrape, "# TYPE " + PROCESS + " ")).isEqualTo(1);
        assertThat(scrape.value(PROCESS + "_count", "burrow", "one")).isEqualTo(2);
        assertThat(scrape.value(PROCESS + "_count", "burrow", "two")).isEqualTo(3);
        String openMetrics = registry.scrape("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(openMetrics.split("# TYPE " + PROCESS + " histogram", -1)).hasSize(2);

        one.close();
        assertThat(Scrape.of(registry).all(PROCESS + "_count"))
                .extracting(sample -> sample.labels().get("burrow"))
                .containsExactly("two");
        two.close();
        assertThat(registry.scrape()).isEmpty();
    }

    @Test
    void histogram_bearsTheTagsAndTheNameThatFiltersGive() {
        registry.config().commonTags("application", "web").meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.withName(id.getName().replace("burrow.", "consumer."));
            }
        });
        finish(started("shop", Duration.ofMillis(1)), 3);

        Scrape scrape = Scrape.of(registry);
        assertThat(scrape.value("consumer_record_process_seconds_count", "application", "web", "burrow", "shop"))
                .isEqualTo(1);
        assertThat(scrape.value("consumer_inflight", "application", "web")).isEqualTo(1_014);
    }

    @Test
    void histogram_thatAFilterDenies_isNotThere() {
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("burrow.record."));
        finish(started("shop", Duration.ofMillis(1)), 3);

        Scrape scrape = Scrape.of(registry);
        assertThat(scrape.names()).noneMatch(name -> name.startsWith("burrow_record_"));
        assertThat(scrape.value("burrow_inflight")).isEqualTo(1_014);
    }

    @Test
    void registry_closedMeanwhile_harmsNothing() {
        BurrowMetrics metrics = started("shop", Duration.ofMillis(1));
        registry.close();
        finish(metrics, 3);
        metrics.recordFinished(new TopicPartition("other", 0), 1, RecordOutcome.SKIPPED, 1, 1, 1);
        metrics.revoked(List.of(P0));
        metrics.close();
    }

    /** Whether a sample is of a partition, or else of all. */
    private static long ofPartitions(Scrape scrape) {
        return scrape.samples().stream()
                .filter(sample -> sample.labels().containsKey("partition"))
                .count();
    }

    /** What has a topic alone stays: a histogram for each topic, and one for each topic and outcome. */
    @Test
    void churn_ofTenThousandAssignments_leavesNoSamplesOfPartitions_andABoundNumberOfTopics() {
        BurrowMetrics metrics = started("shop", Duration.ofMillis(1));
        int before = Scrape.of(registry).samples().size();
        RecordOutcome[] outcomes = RecordOutcome.values();
        for (int i = 0; i < 10_000; i++) {
            TopicPartition partition = new TopicPartition("topic-" + i % TOPICS, i);
            metrics.assigned(List.of(partition));
            metrics.blocked(partition, BlockedReason.SPAN_FULL);
            metrics.recordFinished(partition, 1, outcomes[i / TOPICS % outcomes.length], 1, 1, 1);
            if (i == 5_000) {
                assertThat(ofPartitions(Scrape.of(registry))).isPositive();
            }
            metrics.revoked(List.of(partition));
        }

        Scrape scrape = Scrape.of(registry);
        assertThat(ofPartitions(scrape)).isZero();
        assertThat(scrape.samples().stream().filter(sample -> !sample.labels().containsKey("topic")))
                .hasSize(before);
        assertThat(scrape.all(PROCESS + "_count")).hasSize(TOPICS * outcomes.length);
        assertThat(scrape.all("burrow_record_queue_wait_seconds_count")).hasSize(TOPICS);
        metrics.close();
        assertThat(registry.scrape()).isEmpty();
    }

    @Test
    void histograms_areNoMetersOfTheRegistry_andHaveNoMax() {
        finish(started("shop", Duration.ofMillis(1)), 3);

        assertThat(registry.find("burrow.record.process").meter()).isNull();
        assertThat(registry.find("burrow.record.queue.wait").meter()).isNull();
        assertThat(Scrape.of(registry).names())
                .contains(PROCESS + "_sum")
                .noneMatch(name -> name.startsWith("burrow_record_") && name.endsWith("_max"));
    }

    @Test
    void everyName_keepsItsUnit() {
        finish(started("shop", Duration.ofMillis(1)), 3);
        assertThat(Scrape.of(registry).names())
                .contains("burrow_inflight_bytes", "burrow_records_total", PROCESS + "_bucket")
                .noneMatch(name -> name.contains("millis") || name.endsWith("_nanos"));
    }
}
