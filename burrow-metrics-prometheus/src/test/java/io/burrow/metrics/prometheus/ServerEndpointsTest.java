package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything but {@code /metrics} and what the page is sent, over the wire. */
class ServerEndpointsTest extends ServerRig {
    // ---- health ----

    @Test
    void withoutABurrow_itLives_andIsNotReady() throws Exception {
        assertThat(json("/health/live", 200).get("live").asBoolean()).isTrue();
        assertThat(json("/health/ready", 503).get("ready").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, READY, 200, 200",
        "true, true, DEGRADED, 200, 200",
        "true, false, STARTING, 200, 503",
        "false, false, FAILED, 503, 503"
    })
    void probes_sayWhetherItLives_andWhetherItTakesPart(
            boolean live, boolean ready, Health.Status status, int liveStatus, int readyStatus) throws Exception {
        shop.live = live;
        shop.ready = ready;
        shop.status = status;
        shop.problems.add("orders-0: 2 records are parked");
        shop.problemsLeftOut = 41;
        server.started(shop);

        JsonNode liveAnswer = json("/health/live", liveStatus);
        JsonNode readyAnswer = json("/health/ready", readyStatus);
        assertThat(liveAnswer.get("live").asBoolean()).isEqualTo(live);
        assertThat(readyAnswer.get("ready").asBoolean()).isEqualTo(ready);
        JsonNode burrow = readyAnswer.at("/burrows/0");
        assertThat(burrow.get("name").asText()).isEqualTo("shop");
        assertThat(burrow.get("status").asText()).isEqualToIgnoringCase(status.name());
        assertThat(burrow.at("/problems/0").asText()).isEqualTo("orders-0: 2 records are parked");
        assertThat(burrow.get("problemCount").asLong()).isEqualTo(42);
    }

    @Test
    void oneThatIsNotReady_amongSeveral_decides() throws Exception {
        ScriptedControl mail = new ScriptedControl("mail");
        mail.ready = false;
        server.show(shop);
        server.show(mail);

        JsonNode answer = json("/health/ready", 503);
        assertThat(answer.at("/burrows/0/name").asText()).isEqualTo("mail");
        assertThat(answer.at("/burrows/1/ready").asBoolean()).isTrue();
    }

    @Test
    void oneThatWasClosed_doesNotCount_unlessThereIsNoOther() throws Exception {
        ScriptedControl mail = new ScriptedControl("mail");
        mail.state = BurrowState.CLOSED;
        mail.ready = false;
        server.show(mail);
        json("/health/ready", 503);
        server.show(shop);
        assertThat(json("/health/ready", 200).get("burrows")).hasSize(2);
    }

    @Test
    void cause_isToldByBurrowsOwnWords_andTheClassBeneath() throws Exception {
        shop.state = BurrowState.FAILED;
        shop.live = false;
        shop.cause = new BurrowException(
                ErrorCode.RECORD_HALTED, "the record at orders-0@7 failed", new IllegalStateException("secret-canary"));
        server.show(shop);

        JsonNode cause = json("/health/live", 503).at("/burrows/0/cause");
        assertThat(cause.get("code").asText()).isEqualTo("RECORD_HALTED");
        assertThat(cause.get("action").asText()).isEqualTo(ErrorCode.RECORD_HALTED.action());
        assertThat(cause.get("errorClass").asText()).isEqualTo("java.lang.IllegalStateException");
        for (String path : List.of("/health/live", "/health/ready", "/stats")) {
            assertThat(get(path).body()).doesNotContain("canary");
        }
    }

    // ---- a Burrow that does not answer ----

    @Test
    void oneThatDoesNotAnswer_holdsUpNothing_andIsShownAsSuch() throws Exception {
        server.show(shop);
        server.show(new ScriptedControl("mail"));
        assertThat(json("/stats", 200).at("/burrows/1/answers").asBoolean()).isTrue();
        CountDownLatch blocked = new CountDownLatch(1);
        shop.blocked = blocked;
        try {
            Eventually.until("the silence to be told", () -> {
                JsonNode burrows = json("/stats", 200).get("burrows");
                assertThat(burrows.get(0).get("answers").asBoolean()).isTrue(); // the other
                return !burrows.get(1).get("answers").asBoolean();
            });
            JsonNode silent = json("/stats", 200).at("/burrows/1");
            assertThat(silent.at("/stats/processed").asLong())
                    .as("what was known")
                    .isEqualTo(1_001);
            assertThat(silent.get("ageMillis").asLong()).isPositive();
            assertThat(json("/health/live", 200).at("/burrows/1/answers").asBoolean(true))
                    .isFalse();
            json("/health/ready", 503);
            assertThat(get("/").statusCode()).isEqualTo(200);
            int asked = shop.inspections.get();
            json("/stats", 200);
            assertThat(shop.inspections.get()).as("calls are not piled up").isEqualTo(asked);
        } finally {
            shop.blocked = null;
            blocked.countDown();
        }
        Eventually.until(
                "its answer", () -> json("/stats", 200).at("/burrows/1/answers").asBoolean());
    }

    private String scraped() throws Exception {
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** Who scrapes gives up after some seconds: then all series are gone, just when there is something to see. */
    @Test
    void oneThatDoesNotAnswer_isScrapedWithItsLastNumbers_howeverOftenItIs() throws Exception {
        AtomicLong clock = new AtomicLong();
        BurrowMetrics metrics = BurrowMetrics.builder()
                .nanoTime(() -> clock.addAndGet(1_000_000_000)) // what is known is always too old
                .patience(Duration.ofMillis(50))
                .build();
        metrics.bindTo(registry);
        metrics.started(shop);
        String processed = "burrow_records_total{burrow=\"shop\",outcome=\"processed\"} ";
        Eventually.until("the first numbers", () -> scraped().contains(processed + "1001.0"));

        CountDownLatch blocked = new CountDownLatch(1);
        shop.blocked = blocked;
        int before = shop.statsTaken.get();
        try {
            for (int i = 0; i < 10; i++) { // more than the server has threads
                assertThat(scraped()).contains(processed + "1001.0").contains("burrow_state{burrow=\"shop\"");
            }
            assertThat(shop.statsTaken.get() - before)
                    .as("calls are not piled up")
                    .isLessThan(5);
        } finally {
            shop.processed = 2_000;
            shop.blocked = null;
            blocked.countDown();
        }
        Eventually.until("its answer", () -> scraped().contains(processed + "2000.0"));
    }

    @Test
    void oneThatRefuses_isShownAsSuch() throws Exception {
        shop.refuses = new BurrowException(ErrorCode.LOOP_BLOCKED, "the loop does not answer");
        server.show(shop);
        JsonNode burrow = json("/stats", 200).at("/burrows/0");
        assertThat(burrow.get("answers").asBoolean(true)).isFalse();
        assertThat(burrow.get("stats").isNull()).isTrue();
    }

    // ---- names ----

    @Test
    void twoOfOneName_areRefused_unlessTheFirstHasEnded() throws Exception {
        ScriptedControl second = new ScriptedControl("shop");
        server.show(shop);
        server.show(shop); // the same again
        assertThatThrownBy(() -> server.show(second))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("name must differ")
                .hasMessageContaining("shop");
        server.started(second); // a listener must not throw
        assertThat(json("/stats", 200).get("burrows")).hasSize(1);

        shop.state = BurrowState.CLOSED;
        server.show(second);
        assertThat(json("/stats", 200).at("/burrows/0/state").asText()).isEqualTo("running");
    }

    @Test
    void theHundredAndFirst_isRefused() {
        for (int i = 0; i < WatchedBurrows.MOST; i++) {
            server.show(new ScriptedControl("b" + i));
        }
        assertThatThrownBy(() -> server.show(shop)).hasMessageContaining("must be at most 100");
    }

    // ---- the page ----

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/page.css, text/css; charset=utf-8",
        "/page.js, text/javascript; charset=utf-8",
        "/rows.js, text/javascript; charset=utf-8",
        "/strip.js, text/javascript; charset=utf-8",
        "/text.js, text/javascript; charset=utf-8",
        "/icon.svg, image/svg+xml"
    })
    void page_comesWithAStrictPolicy_andAsksNobodyElse(String path, String type) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'none'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe")
                .doesNotContain("*");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
        assertThat(answer.body().replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:", "//cdn");
        assertThat(answer.body())
                .as("names are written as text")
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/stats", "/health/live", "/health/ready", "/nowhere"})
    void noAnswer_isShownInAFrameOfAnotherPage(String path) throws Exception {
        assertThat(get(path).headers().firstValue("Content-Security-Policy")).hasValue("frame-ancestors 'none'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/stats", "/health/live", "/events"})
    void strangersName_isRefused(String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: evil.example:" + server.port()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 421 ").contains("hostNames");
        }
    }

    // ---- start and close ----

    @Test
    void close_freesThePortAndTheThreads_alsoWhileSomebodyListens() throws Exception {
        int port = server.port();
        server.show(shop);
        try (Viewer viewer = new Viewer()) {
            viewer.next();
            server.close();
        }
        try (MetricsServer again = MetricsServer.start(registry, port)) {
            assertThat(again.port()).isEqualTo(port);
        }
        Eventually.until(
                "its threads to end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .noneMatch(name -> name.startsWith("burrow-metrics") || name.startsWith("burrow-events")));
    }

    @Test
    void settings_thatBreakTheirRules_areAllNamed() {
        assertThatThrownBy(() -> MetricsServer.builder(registry)
                        .port(-5)
                        .pageInterval(Duration.ZERO)
                        .bindAddress("192.0.2.1") // for documentation: nobody's
                        .start())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("port must be from 0 (any free port) to 65535: -5")
                .hasMessageContaining("pageInterval must be from PT0.05S to PT1M: PT0S")
                .hasMessageContaining("bindAddress must be an address of this machine: \"192.0.2.1\"");
        assertThatThrownBy(
                        () -> MetricsServer.builder(registry).bindAddress(" ").start())
                .hasMessageContaining("bindAddress must be");
    }

    @Test
    void anyAddress_isCalledByAnyName_andPointsToThisMachine() throws Exception {
        try (MetricsServer open =
                MetricsServer.builder(registry).bindAddress("0.0.0.0").start()) {
            assertThat(open.pageUri().getHost()).isEqualTo("127.0.0.1");
            try (Socket socket = new Socket("127.0.0.1", open.port())) {
                socket.getOutputStream()
                        .write("GET /stats HTTP/1.1\r\nHost: burrow.svc\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200 ");
            }
        }
    }
}
