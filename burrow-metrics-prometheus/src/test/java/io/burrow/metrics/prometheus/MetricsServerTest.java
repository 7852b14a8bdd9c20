package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ErrorCode;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
    /** What a Prometheus of version 3 sends. */
    private static final String PROMETHEUS_ACCEPTS =
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
                    + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BurrowMetrics metrics = BurrowMetrics.on(registry);
    private final MetricsServer server = MetricsServer.start(registry, 0);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String accept) throws Exception {
        return send(HttpRequest.newBuilder(server.uri()).header("Accept", accept));
    }

    @Test
    void metrics_showABurrow() throws Exception {
        TopicPartition partition = new TopicPartition("orders", 3);
        ScriptedControl burrow = new ScriptedControl("shop");
        burrow.holds(partition, 5, 23, Duration.ofMillis(1_500), BlockedReason.SPAN_FULL);
        metrics.started(burrow);
        metrics.assigned(List.of(partition));
        metrics.blocked(partition, BlockedReason.SPAN_FULL);
        metrics.recordFinished(partition, 1, RecordOutcome.PROCESSED, 1, 1, 3_000_000);

        HttpResponse<String> answer = get("text/plain");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.body())
                .contains("burrow_records_total{burrow=\"shop\",outcome=\"processed\"} 1001.0")
                .contains("burrow_attempts_failed_total{burrow=\"shop\"} 1002.0")
                .contains("burrow_retries_total{burrow=\"shop\"} 1003.0")
                .contains("burrow_deadletters_total{burrow=\"shop\",outcome=\"failed\"} 1006.0")
                .contains("burrow_queue_depth{burrow=\"shop\"} 1013.0")
                .contains("burrow_inflight{burrow=\"shop\"} 1014.0")
                .contains("burrow_inflight_bytes{burrow=\"shop\"} 1015.0")
                .contains("burrow_parked{burrow=\"shop\"} 1017.0")
                .contains("burrow_gap_width{burrow=\"shop\",partition=\"3\",topic=\"orders\"} 28.0")
                .contains("burrow_gap_oldest_age_seconds{burrow=\"shop\",partition=\"3\",topic=\"orders\"} 1.5")
                .contains(
                        "burrow_partition_blocked{burrow=\"shop\",partition=\"3\",reason=\"span_full\",topic=\"orders\"} 1.0")
                .contains("burrow_commit_total{burrow=\"shop\",outcome=\"committed\"} 0.0")
                .contains("burrow_commit_duration_seconds_bucket{burrow=\"shop\",outcome=\"fatal\",le=\"0.1\"} 0")
                .contains("burrow_rebalances_total{burrow=\"shop\",type=\"assigned\"} 1.0")
                .contains(
                        "burrow_record_process_seconds_bucket{burrow=\"shop\",outcome=\"processed\",topic=\"orders\",le=\"0.0025\"} 0")
                .contains(
                        "burrow_record_process_seconds_bucket{burrow=\"shop\",outcome=\"processed\",topic=\"orders\",le=\"0.005\"} 1")
                .contains(
                        "burrow_record_process_seconds_count{burrow=\"shop\",outcome=\"processed\",topic=\"orders\"} 1")
                .doesNotContain("quantile=");
    }

    @Test
    void churn_leavesNoSeries() throws Exception {
        metrics.started(new ScriptedControl("shop"));
        long before = get("text/plain").body().lines().count();
        for (int i = 0; i < 10_000; i++) {
            List<TopicPartition> partitions = List.of(new TopicPartition("orders", i));
            metrics.assigned(partitions);
            metrics.revoked(partitions);
        }
        assertThat(get("text/plain").body().lines().count()).isEqualTo(before);
    }

    @Test
    void metrics_openMetricsIsAnsweredWhereItIsWanted() throws Exception {
        HttpResponse<String> answer = get(PROMETHEUS_ACCEPTS);

        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | PROMETHEUS",
                "'' | PROMETHEUS",
                "*/* | PROMETHEUS",
                "text/html,*/*;q=0.8 | PROMETHEUS",
                "application/openmetrics-text | OPEN_METRICS",
                "Application/OpenMetrics-Text; Version=1.0.0 | OPEN_METRICS",
                "application/openmetrics-text;q=0.5,text/plain;q=0.6 | PROMETHEUS",
                "application/openmetrics-text;q=0.5,text/plain;q=0.5 | OPEN_METRICS",
                "application/openmetrics-text;q=0 | PROMETHEUS",
                "application/openmetrics-text;q=high | PROMETHEUS",
                "application/openmetrics-text;q= | PROMETHEUS",
                "application/openmetrics-text;q=NaN | PROMETHEUS",
                ";,;;q=,=, | PROMETHEUS"
            })
    void accepted_readsTheHeader(String accept, MetricsFormat expected) {
        assertThat(MetricsFormat.accepted(accept)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void otherMethods_areRefused(String method) throws Exception {
        for (String path : List.of(
                "/", "/metrics", "/stats", "/health/live", "/health/ready", "/events", "/page.js", "/page.css")) {
            URI uri = URI.create("http://" + server.uri().getAuthority() + path);
            HttpResponse<String> answer =
                    send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString("change something")));

            assertThat(answer.statusCode()).as(path).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).as(path).hasValue("GET, HEAD");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/metricsx",
                "/metrics/x",
                "/../metrics",
                "/health",
                "/page.html",
                "/page/page.js",
                "/%2e%2e/page.js"
            })
    void otherPaths_areNotFound(String path) throws Exception {
        URI uri = URI.create("http://" + server.uri().getAuthority() + path);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("/metrics");
    }

    @Test
    void server_listensOnLoopbackOnly_withDaemonThreads() throws Exception {
        assertThat(get("*/*").statusCode()).isEqualTo(200);

        assertThat(InetAddress.getByName(server.uri().getHost()).isLoopbackAddress())
                .isTrue();
        assertThat(server.port()).isPositive();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("HTTP-Dispatcher")
                        || thread.getName().startsWith("burrow-metrics"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "::1, [::1]", "0:0:0:0:0:0:0:1, [::1]", "2001:db8::7, [2001:db8:0:0:0:0:0:7]"})
    void addresses_standInUrls_asBrowsersWriteThem(String address, String host) throws Exception {
        String inUrl = MetricsServer.host(InetAddress.getByName(address));

        assertThat(inUrl).isEqualTo(host);
        assertThat(URI.create("http://" + inUrl + ":9400/").getHost()).isEqualTo(host);
    }

    @Test
    void scrape_thatFails_isToldApartFromAnEmptyOne() throws Exception {
        registry.getPrometheusRegistry().register((io.prometheus.metrics.model.registry.Collector) () -> {
            throw new IllegalStateException("test: the collector is broken");
        });
        HttpResponse<String> answer = get("*/*");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("see the log").doesNotContain("broken");
    }

    @Test
    void close_stopsListening_andCanBeRepeated() {
        server.close();
        server.close();

        assertThatThrownBy(() -> get("*/*")).isInstanceOf(ConnectException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/stats", "/health/live", "/page.js", "/events"})
    void head_isAnsweredWithoutABody(String path) throws Exception {
        URI uri = URI.create("http://" + server.uri().getAuthority() + path);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri).method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).isPresent();
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MAX_VALUE})
    void port_outOfRange_isRefused(int port) {
        assertThatThrownBy(() -> MetricsServer.start(registry, port))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port must be from 0 (any free port) to 65535: " + port);
    }

    @Test
    void port_inUse_isToldWithWhatToDo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            BurrowException error =
                    catchThrowableOfType(BurrowException.class, () -> MetricsServer.start(registry, port));

            assertThat(error.code()).isEqualTo(ErrorCode.PORT_UNAVAILABLE);
            assertThat(error)
                    .hasMessageContaining("/metrics cannot listen on port " + port)
                    .hasMessageContaining("port must be free on 127.0.0.1: " + port)
                    .hasMessageContaining("free the port, give another one, or 0 for any that is free")
                    .hasCauseInstanceOf(IOException.class);
        }
    }
}
