package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.BlockedReason;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.it.broker.Await;
import io.burrow.metrics.prometheus.MeterNames;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/operations.md to the meters, the reasons and its examples, and runs those. */
class OperationsPageTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Page page = new Page("docs/operations.md", OperationsExamples.class);
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);

    /** A row of the table of meters. */
    private record Row(String meter, String inPrometheus, String unit, Set<String> tags) {}

    private List<Row> rows() throws IOException {
        return Pattern.compile("(?m)^\\| `(burrow\\.[a-z.]+)` \\| `([a-z_]+)` \\| ([^|]+) \\| ([^|]*)\\|")
                .matcher(page.text())
                .results()
                .map(row -> new Row(
                        row.group(1),
                        row.group(2),
                        row.group(3),
                        Arrays.stream(row.group(4).strip().split(", "))
                                .filter(tag -> !tag.isEmpty())
                                .collect(Collectors.toCollection(TreeSet::new))))
                .toList();
    }

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void everyMeter_hasItsRow() throws IOException {
        List<String> names = Arrays.stream(MeterNames.class.getFields())
                .filter(field -> !field.getName().startsWith("TAG_"))
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        assertThat(rows()).extracting(Row::meter).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void everyRow_isWhatAScrapeShows() throws IOException {
        TreeMap<String, Set<String>> scrape;
        try (WatchedShop shop = new WatchedShop()) {
            scrape = shop.scrape();
        }
        for (Row row : rows()) {
            String sample = scrape.containsKey(row.inPrometheus) ? row.inPrometheus : row.inPrometheus + "_count";
            assertThat(scrape).as(row.meter).containsKey(sample);
            Set<String> labels = new TreeSet<>(row.tags);
            labels.add("burrow");
            assertThat(scrape.get(sample)).as("tags of %s", row.meter).isEqualTo(labels);
            assertThat(row.inPrometheus.contains("_seconds"))
                    .as("unit of %s", row.meter)
                    .isEqualTo(row.unit.equals("seconds"));
        }
        Set<String> families = new TreeSet<>();
        scrape.keySet().forEach(name -> families.add(name.replaceAll("_(bucket|count|sum|max)$", "")));
        assertThat(rows()).extracting(Row::inPrometheus).containsExactlyInAnyOrderElementsOf(families);
    }

    @Test
    void everyReason_isExplained() throws IOException {
        String text = page.text();
        String table = text.substring(text.indexOf("\n## Why a partition does not move"));
        assertThat(BlockedReason.values())
                .filteredOn(reason -> reason != BlockedReason.NONE)
                .allSatisfy(
                        reason -> assertThat(table).contains("`" + reason.name().toLowerCase(Locale.ROOT) + "`"));
    }

    @Test
    void wiring_showsWhatTheBurrowDoes() throws Exception {
        OperationsExamples.Watched watched =
                OperationsExamples.watched(broker.source("mailer", List.of("orders")), message -> {});
        broker.produce("orders", "key", "value");
        try (Burrow<String, String> burrow = watched.burrow()) {
            burrow.start();
            awaitProcessed(watched.registry(), "mailer");
        }
        watched.metrics().close();
        assertThat(watched.registry().scrape()).isEmpty();
    }

    @Test
    void guice_showsWhatTheBurrowDoes() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Injector injector = OperationsExamples.guice(registry, binder -> {
            binder.bind(new TypeLiteral<MessageSource<String, String>>() {})
                    .toInstance(broker.source("mailer", List.of("orders")));
            binder.bind(new TypeLiteral<MessageHandler<String, String>>() {}).toInstance(message -> {});
        });
        broker.produce("orders", "key", "value");
        try (Burrow<String, String> burrow =
                injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {}))) {
            burrow.start();
            awaitProcessed(registry, burrow.name());
        }
    }

    private static void awaitProcessed(PrometheusMeterRegistry registry, String name) throws Exception {
        String expected = "burrow_records_total{burrow=\"" + name + "\",outcome=\"processed\"} 1.0";
        Await.until(expected, LIMIT, () -> registry.scrape().contains(expected));
    }

    @Test
    void client_isASourceThatConnectsWhenItIsOpened() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        assertThat(OperationsExamples.client(
                        Map.of("bootstrap.servers", "localhost:1", "group.id", "mailer"), registry))
                .hasToString("KafkaSource of [orders]");
        assertThat(registry.getMeters()).isEmpty();
    }
}
