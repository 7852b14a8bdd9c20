package io.burrow.it.wiring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.MessageHandler;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.guice.BurrowModule;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.kafka.GroupProtocol;
import io.burrow.it.kafka.Scene;
import io.burrow.it.kafka.SharedKafka;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.guice.KafkaModule;
import io.burrow.metrics.prometheus.MetricsServer;
import io.burrow.metrics.prometheus.guice.PrometheusModule;
import io.burrow.tracing.otel.guice.TracingModule;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All Guice modules in one injector, on a real broker. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class GuiceIT {
    private static final Key<Burrow<String, String>> BURROW = Key.get(new TypeLiteral<>() {});

    private final EmbeddedKafka kafka;

    GuiceIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void allModules_inOneInjector_makeOneBurrowThatUsesThemAll(GroupProtocol protocol)
            throws IOException, InterruptedException {
        try (Scene scene = Scene.on(kafka, protocol, 1);
                Spans spans = new Spans()) {
            kafka.createTopic(scene.topic() + "-dlt", 1);
            ProducerRecord<byte[], byte[]> traced = record(scene, "traced");
            SpanContext sent = spans.send(traced);
            scene.produce(List.of(traced, record(scene, "bad"), record(scene, "good")));
            Queue<String> handled = new ConcurrentLinkedQueue<>();
            Injector injector = Guice.createInjector(
                    BurrowModule.of(String.class, String.class),
                    KafkaModule.of(String.class, String.class, scene.source().build())
                            .withDeadLetters(KafkaDeadLetters.<String, String>builder()
                                    .properties(
                                            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))
                                    .build()),
                    new PrometheusModule().withServer(0),
                    TracingModule.of(String.class, String.class).with(stage -> stage.consumerGroup(scene.group())),
                    application(spans, message -> {
                        if ("bad".equals(message.value())) {
                            throw new IllegalStateException("no");
                        }
                        handled.add(String.valueOf(message.value()));
                    }));

            try (Burrow<String, String> burrow = injector.getInstance(BURROW);
                    MetricsServer server = injector.getInstance(MetricsServer.class)) {
                assertThat(injector.getInstance(BurrowControl.class)).isSameAs(burrow);
                burrow.start();
                scene.awaitCommitted(0, 3);

                assertThat(handled).containsExactlyInAnyOrder("traced", "good");
                assertThat(burrow.name()).isEqualTo("wired");
                assertThat(burrow.stats().deadLettered()).isEqualTo(1);
                assertThat(kafka.endOffsets(scene.topic() + "-dlt").values()).containsExactly(1L);
                // the snapshot behind a scrape may be a fifth of a second old
                Await.until("the counts of all three", Scene.LIMIT, () -> {
                    Scrape scrape = Scrape.of(server);
                    return scrape.value("burrow_records_total", "burrow=\"wired\"", "outcome=\"processed\"") == 2
                            && scrape.value("burrow_records_total", "burrow=\"wired\"", "outcome=\"dead_lettered\"")
                                    == 1;
                });
                assertThat(spans.processed()).hasSize(3);
                assertThat(spans.processed())
                        .flatExtracting(span -> span.getLinks())
                        .singleElement()
                        .satisfies(link ->
                                assertThat(link.getSpanContext().getSpanId()).isEqualTo(sent.getSpanId()));
            }
        }
    }

    private static Module application(Spans spans, MessageHandler<String, String> handler) {
        return binder -> {
            binder.bind(OpenTelemetry.class).toInstance(spans.sdk());
            binder.bind(new TypeLiteral<MessageHandler<String, String>>() {}).toInstance(handler);
            binder.bind(BurrowConfig.class)
                    .toInstance(Scene.quick()
                            .apply(BurrowConfig.builder().name("wired").retryPolicy(RetryPolicy.never()))
                            .build());
        };
    }

    private static ProducerRecord<byte[], byte[]> record(Scene scene, String value) {
        return new ProducerRecord<>(scene.topic(), 0, null, value.getBytes(UTF_8));
    }
}
