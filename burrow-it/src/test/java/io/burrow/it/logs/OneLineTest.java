package io.burrow.it.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong with what watches is one fact and one line, whichever of core and metrics sees it. */
class OneLineTest {
    private static final PrintStream REAL_ERR = System.err;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<SteppedBurrow<String, String>> started = new ArrayList<>();

    OneLineTest() {
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8)); // where the log goes
    }

    @AfterEach
    void close() {
        started.forEach(each -> each.burrow().close(Duration.ofSeconds(1)));
        System.setErr(REAL_ERR);
    }

    private void start(String name, BurrowListener listener) {
        started.add(SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("group-" + started.size(), List.of("orders")))
                        .config(c -> c.name(name))
                        .listener(listener)
                        .handler(message -> {}),
                new TestClock(),
                1));
    }

    /** The lines about a Burrow: others may log meanwhile. */
    private List<String> lines(String name) {
        return said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(name))
                .toList();
    }

    private void assertOneLine(String name, String... parts) {
        broker.produce("orders", 0, "key", "value");
        started.forEach(SteppedBurrow::settle);
        assertThat(lines(name)).singleElement().asString().contains(" ERROR ").contains(parts);
    }

    @Test
    void secondOfOneName_inOneRegistry() {
        start("one-line-name", BurrowMetrics.on(registry));
        assertThat(lines("one-line-name")).isEmpty();
        start("one-line-name", BurrowMetrics.on(registry));

        assertOneLine("one-line-name", "has no meters", "CONFIG_INVALID", "name must differ from that of every other");
    }

    @Test
    void oneBinderForTwo() {
        BurrowMetrics metrics = BurrowMetrics.on(registry);
        start("one-line-first", metrics);
        start("one-line-second", metrics);

        assertOneLine(
                "one-line-second",
                "has no meters",
                "these metrics show the Burrow \"one-line-first\" already",
                "BurrowMetrics of its own");
    }

    @Test
    void registryThatRefuses() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                throw new IllegalStateException("test: no meter for you");
            }
        });
        start("one-line-refused", BurrowMetrics.on(registry));

        assertOneLine("one-line-refused", "has no meters: java.lang.IllegalStateException");
        assertThat(lines("test: no meter for you")).isEmpty();
    }

    @Test
    void secondOfOneName_onOneServer() {
        try (MetricsServer server = MetricsServer.start(registry, 0)) {
            start("one-line-shown", server);
            start("one-line-shown", server);

            assertOneLine("one-line-shown", "is not shown over HTTP", "name must differ");
        }
    }
}
