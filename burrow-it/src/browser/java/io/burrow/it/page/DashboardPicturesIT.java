package io.burrow.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.SharedKafka;
import io.burrow.it.page.Dashboard.Panel;
import io.burrow.it.page.Dashboard.Query;
import io.burrow.it.page.DashboardDrawing.Line;
import io.burrow.it.page.Prometheus.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks a real Prometheus every query of the dashboard, over Burrows that flow and get into trouble: none may be in
 * error or without an answer. Draws the panels of the answers, for docs/operations.md; that is no Grafana.
 */
@ExtendWith({NeedsChromium.class, NeedsPrometheus.class, SharedKafka.class})
@Timeout(900)
class DashboardPicturesIT {
    private static final int MOST_BYTES = 200_000;
    private static final Path DIRECTORY = Path.of(System.getProperty("burrow.screenshots", "target/screenshots"));
    private static final Path FILE =
            Path.of(System.getProperty("burrow.dashboard", "../docs/operations/burrow-dashboard.json"));
    private static final Duration SCRAPES = Duration.ofSeconds(1);
    private static final Duration SHOWN = Duration.ofSeconds(Integer.getInteger("burrow.dashboard.seconds", 30));

    private final EmbeddedKafka kafka;

    @TempDir
    private Path directory;

    DashboardPicturesIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @Test
    void everyQuery_hasAnAnswer_andEveryPanelIsDrawn() throws Exception {
        Dashboard dashboard = Dashboard.read(FILE, SCRAPES.multipliedBy(4));
        Map<Panel, List<Line>> drawn = new HashMap<>();
        Instant start;
        Instant end;
        try (DashboardScene scene = new DashboardScene(kafka, SHOWN.dividedBy(3));
                Prometheus prometheus = Prometheus.scraping(scene.page(), SCRAPES, directory)) {
            Duration limit = SHOWN.multipliedBy(3).plusSeconds(60);
            for (String sign : List.of(
                    "max(burrow_partition_parked)",
                    "max(burrow_partition_retrying)",
                    "max(burrow_partition_blocked{reason=\"held_by_stuck\"})",
                    "max(burrow_partition_blocked{reason=\"span_full\"})",
                    "max(burrow_state{burrow=\"bills\", state=\"failed\"})",
                    "max(burrow_deadletters_total)",
                    "min(count_over_time(burrow_state{state=\"running\"}[1h])) >= " + SHOWN.toSeconds())) {
                String ever = sign.startsWith("min") ? sign : "max_over_time((" + sign + ")[1h:1s]) > 0";
                Await.until(sign, limit, () -> prometheus.holds(ever));
            }
            end = Instant.now();
            start = end.minus(SHOWN);
            for (Panel panel : dashboard.panels()) {
                drawn.put(panel, lines(prometheus, panel, start, end));
            }
        }

        try (Chromium browser = Chromium.start()) {
            int flow = dashboard.panels().stream()
                    .filter(panel -> panel.title().equals("Flow"))
                    .findFirst()
                    .orElseThrow()
                    .y();
            int bottom = dashboard.panels().stream()
                    .mapToInt(panel -> panel.y() + panel.height())
                    .max()
                    .orElseThrow();
            picture(browser, "dashboard-stuck", drawn, start, end, 0, flow);
            picture(browser, "dashboard-flow", drawn, start, end, flow, bottom);
        }
    }

    private static List<Line> lines(Prometheus prometheus, Panel panel, Instant start, Instant end)
            throws IOException, InterruptedException {
        List<Line> lines = new ArrayList<>();
        for (Query query : panel.queries()) {
            List<Series> answer = prometheus.range(
                    query.expression(), start, end, Duration.ofSeconds(Math.max(1, SHOWN.toSeconds() / 120)));
            assertThat(answer.stream().flatMap(series -> series.points().stream()))
                    .as("%s: %s", panel.title(), query.expression())
                    .anyMatch(point -> Double.isFinite(point.value()));
            for (Series series : answer) {
                String name = query.name(series.labels());
                assertThat(name).as(panel.title()).isNotBlank();
                lines.add(new Line(name, series.points()));
            }
        }
        return lines;
    }

    private void picture(
            Chromium browser,
            String name,
            Map<Panel, List<Line>> drawn,
            Instant start,
            Instant end,
            int top,
            int bottom)
            throws IOException {
        DashboardDrawing drawing = new DashboardDrawing(start, end, top);
        drawn.forEach((panel, lines) -> {
            if (panel.y() >= top && panel.y() < bottom) {
                drawing.add(panel, lines);
            }
        });
        Path page = directory.resolve(name + ".html");
        Files.writeString(page, drawing.html());
        browser.look(DashboardDrawing.WIDTH, DashboardDrawing.height(bottom - top), false);
        browser.open(page.toUri());
        assertThat(browser.run("return document.querySelectorAll('.p').length"))
                .isEqualTo(drawn.keySet().stream()
                        .filter(panel -> !panel.isRow() && panel.y() >= top && panel.y() < bottom)
                        .count());
        byte[] picture = browser.picture();
        Files.createDirectories(DIRECTORY);
        Files.write(DIRECTORY.resolve(name + ".png"), picture);
        assertThat(picture.length).as("bytes of %s", name).isBetween(5_000, MOST_BYTES);
    }
}
