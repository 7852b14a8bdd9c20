package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Metrics that are used wrongly, on real Burrows: processing never stops because something watches it. */
class MisuseTest {
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 2);
    private final TestClock clock = new TestClock();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<ErrorCode> errors = new ArrayList<>();
    private final List<SteppedBurrow<String, String>> started = new ArrayList<>();

    private SteppedBurrow<String, String> start(String group, String name, BurrowListener metrics) {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source(group, List.of("orders")))
                        .config(c -> c.name(name))
                        .listener(metrics)
                        .listener(new BurrowListener() {
                            @Override
                            public void error(BurrowException error) {
                                errors.add(error.code());
                            }
                        })
                        .handler(message -> {}),
                clock,
                1);
        started.add(burrow);
        return burrow;
    }

    private void produce() {
        for (int i = 0; i < 50; i++) {
            broker.produce("orders", i % 2, "key", "value");
        }
    }

    private void settle() {
        started.forEach(SteppedBurrow::settle);
        started.forEach(burrow -> burrow.advance(Duration.ofSeconds(10)));
    }

    @AfterEach
    void close() {
        started.forEach(burrow -> burrow.burrow().close(Duration.ofSeconds(1)));
    }

    private void assertProcesses(SteppedBurrow<String, String> burrow, String group, long total) {
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(burrow.burrow().stats().processed()).isEqualTo(total);
        assertThat(broker.lag(group)).isZero();
    }

    @Test
    void twoBurrowsOfOneName_theSecondHasNoMeters_andBothProcess() {
        SteppedBurrow<String, String> first = start("a", "shop", BurrowMetrics.on(registry));
        SteppedBurrow<String, String> second = start("b", "shop", BurrowMetrics.on(registry));
        produce();
        settle();

        assertThat(errors).isEmpty();
        assertProcesses(first, "a", 50);
        assertProcesses(second, "b", 50);
        assertThat(Scrape.of(registry).value("burrow_record_process_seconds_count"))
                .as("the first one's alone")
                .isEqualTo(50);
    }

    @Test
    void oneBinderForTwoBurrows_showsTheFirst_andBothProcess() {
        BurrowMetrics metrics = BurrowMetrics.on(registry);
        SteppedBurrow<String, String> first = start("a", "shop", metrics);
        SteppedBurrow<String, String> second = start("b", "other", metrics);
        produce();
        settle();

        assertThat(errors).isEmpty();
        assertProcesses(first, "a", 50);
        assertProcesses(second, "b", 50);
        assertThat(Scrape.of(registry).samples())
                .allMatch(sample -> "shop".equals(sample.labels().get("burrow")));
    }

    @Test
    void registryClosedEarly_harmsNothing() {
        BurrowMetrics metrics = BurrowMetrics.on(registry);
        SteppedBurrow<String, String> burrow = start("a", "shop", metrics);
        produce();
        settle();
        registry.close();
        produce();
        settle();
        metrics.close();
        produce();
        settle();

        assertProcesses(burrow, "a", 150);
        assertThat(errors).isEmpty();
    }

    @Test
    void registryThatThrows_harmsNothing() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                throw new IllegalStateException("test: no meter for you");
            }
        });
        SteppedBurrow<String, String> burrow = start("a", "shop", BurrowMetrics.on(registry));
        produce();
        settle();

        assertProcesses(burrow, "a", 50);
        assertThat(errors).isEmpty();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void registryThatThrowsAtTheFirstRecord_harmsNothing() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                if (id.getName().startsWith("burrow.record.")) {
                    throw new IllegalStateException("test: no timer for you");
                }
                return id;
            }
        });
        SteppedBurrow<String, String> burrow = start("a", "shop", BurrowMetrics.on(registry));
        produce();
        settle();

        assertProcesses(burrow, "a", 50);
        assertThat(errors).containsExactly(ErrorCode.LISTENER_FAILED);
        assertThat(Scrape.of(registry).value("burrow_records_total", "outcome", "processed"))
                .isEqualTo(50);
    }
}
