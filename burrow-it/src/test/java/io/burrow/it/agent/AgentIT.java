package io.burrow.it.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.child.Child;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under the OpenTelemetry agent, which watches the Kafka client by itself: it makes a span of each step of an iterator
 * over what a poll returned. Burrow takes records by index, and its own span of a record is the only one.
 */
@ExtendWith(SharedKafka.class)
@Timeout(240)
class AgentIT {
    private static final int RECORDS = 20;
    private static final int OTLP_PRODUCER = 4;
    private static final int OTLP_CONSUMER = 5;
    private static final String BURROW = "io.burrow.tracing.otel";

    private final EmbeddedKafka kafka;

    @TempDir
    private Path directory;

    AgentIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** A span, as OTLP's JSON has it. */
    private record Span(String scope, JsonNode json) {
        int kind() {
            return json.path("kind").asInt();
        }

        String name() {
            return json.path("name").asText();
        }

        String id() {
            return json.path("spanId").asText();
        }

        String trace() {
            return json.path("traceId").asText();
        }

        String attribute(String key) {
            for (JsonNode attribute : json.path("attributes")) {
                if (attribute.path("key").asText().equals(key)) {
                    JsonNode value = attribute.path("value");
                    return value.elements().next().asText();
                }
            }
            return "";
        }
    }

    @Test
    void everyRecord_hasOneProcessSpan_andADeadLetterStaysInItsTrace() throws Exception {
        List.of("agent-orders", "agent-dead", "agent-plain").forEach(topic -> kafka.createTopic(topic, 1));

        List<Span> spans = spans(run());

        List<Span> consumed =
                spans.stream().filter(span -> span.kind() == OTLP_CONSUMER).toList();
        assertThat(consumed.stream().filter(span -> !span.scope().equals(BURROW)))
                .as("the agent's own, which shows that it watches consumers, and that it makes none for Burrow's")
                .singleElement()
                .satisfies(span -> assertThat(span.name()).contains("agent-plain"));
        Map<Long, Span> sent = new TreeMap<>();
        spans.stream()
                .filter(span -> span.kind() == OTLP_PRODUCER && span.name().contains("agent-orders"))
                .forEach(span -> sent.put(Long.valueOf(span.attribute("messaging.kafka.message.offset")), span));
        assertThat(sent).hasSize(RECORDS);
        List<Span> processed =
                consumed.stream().filter(span -> span.scope().equals(BURROW)).toList();
        assertThat(processed).hasSize(RECORDS).allSatisfy(span -> {
            assertThat(span.name()).isEqualTo("process agent-orders");
            Span sender = sent.get(Long.valueOf(span.attribute("messaging.kafka.offset")));
            assertThat(span.json().path("links")).singleElement().satisfies(link -> {
                assertThat(link.path("traceId").asText()).isEqualTo(sender.trace());
                assertThat(link.path("spanId").asText()).isEqualTo(sender.id());
            });
            assertThat(span.json().path("parentSpanId").asText()).isEmpty();
        });
        assertThat(spans.stream().filter(span -> span.name().equals("commit agent-orders")))
                .isNotEmpty()
                .allSatisfy(span -> assertThat(span.scope()).isEqualTo(BURROW));
        assertThat(spans.stream().filter(span -> span.name().contains("agent-dead")))
                .as("the dead letter, sent by an instrumented producer")
                .singleElement()
                .satisfies(span -> {
                    assertThat(span.trace()).isEqualTo(sent.get(1L).trace());
                    assertThat(span.json().path("parentSpanId").asText())
                            .isEqualTo(sent.get(1L).id());
                });
    }

    private List<String> run() throws IOException, InterruptedException {
        Path agent = Path.of(System.getProperty("burrow.otel.agent"));
        assertThat(agent).exists();
        Child child = Child.run(
                directory,
                Duration.ofSeconds(200),
                List.of(
                        "-javaagent:" + agent,
                        "-Dotel.traces.exporter=experimental-otlp/stdout",
                        "-Dotel.metrics.exporter=none",
                        "-Dotel.logs.exporter=none",
                        "-Dotel.instrumentation.kafka.experimental-span-attributes=true",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                AgentMain.class,
                List.of(
                        kafka.bootstrapServers(),
                        "agent-orders",
                        "agent-dead",
                        "agent-plain",
                        Integer.toString(RECORDS)));
        assertThat(child.exit()).as(child.err()).isZero();
        return child.out().lines().toList();
    }

    private static List<Span> spans(List<String> lines) throws IOException {
        List<Span> spans = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        for (String line : lines) {
            if (line.startsWith("{")) {
                JsonNode tree = mapper.readTree(line);
                for (JsonNode resource : tree.path("resourceSpans")) {
                    for (JsonNode scope : resource.path("scopeSpans")) {
                        String name = scope.path("scope").path("name").asText();
                        scope.path("spans").forEach(span -> spans.add(new Span(name, span)));
                    }
                }
            }
        }
        return spans;
    }
}
