package io.burrow.it.examples;

import io.burrow.api.MessageHandler;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.burrow.tracing.otel.BurrowTracing;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Metrics and traces of the same work, joined: the buckets of the handler's own timer bear the trace of an attempt that
 * fell into them (an exemplar), so that from a slow bucket on a dashboard one click leads to the trace of a slow order.
 *
 * <p>Burrow's meters are at {@code /metrics} beside the handler's own, its page at {@code /}. There is a span for each
 * attempt, the child of the span in which the record was sent; dead letters stay in the trace of their record; commits
 * have spans too. What is counted and traced are attempts: a record that comes again has another one.
 */
public final class WatchedOrders {
    private WatchedOrders() {}

    /**
     * Runs until the process is asked to end. Under the OpenTelemetry agent ({@code -javaagent}) spans go where that is
     * told to send them; without it there are none.
     *
     * @param args bootstrap servers, the topic, the topic of dead letters, the port for {@code /metrics}
     */
    public static void main(String[] args) {
        PrometheusMeterRegistry registry = registry();
        MetricsServer server = MetricsServer.start(registry, Integer.parseInt(args[3]));
        Burrow<String, String> burrow =
                orders(args[0], args[1], args[2], registry, GlobalOpenTelemetry.get(), message -> {});
        server.show(burrow);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            burrow.close(Duration.ofSeconds(30));
            server.close(); // last, to be looked at while it closes
        }));
        burrow.start();
    }

    /**
     * A registry whose exemplars are the spans that are current where something is measured. They show in the
     * OpenMetrics format, which Prometheus asks for if its exemplar storage is switched on.
     *
     * @return the registry
     */
    public static PrometheusMeterRegistry registry() {
        return new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new CurrentSpan());
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param topic what to read
     * @param deadLetters the topic for exhausted records
     * @param registry what to count in
     * @param openTelemetry what to trace with
     * @param work what to do with an order
     * @return a Burrow to start
     */
    public static Burrow<String, String> orders(
            String bootstrapServers,
            String topic,
            String deadLetters,
            PrometheusMeterRegistry registry,
            OpenTelemetry openTelemetry,
            MessageHandler<String, String> work) {
        BurrowTracing tracing = BurrowTracing.builder(openTelemetry)
                .consumerGroup("watched")
                .parentFromMessage(true)
                .build();
        Timer timer = Timer.builder("orders.handled")
                .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(registry);
        return Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", "watched",
                                "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .deadLetters(tracing.deadLetters(KafkaDeadLetters.<String, String>builder()
                        .properties(Map.of("bootstrap.servers", bootstrapServers))
                        .topic(deadLetters)
                        .build()))
                .config(c -> c.name("orders"))
                .listener(BurrowMetrics.on(registry))
                .listener(tracing.commits())
                .stage(tracing.stage()) // the last stage, next to the handler: its span is current within
                .handler(message -> {
                    Timer.Sample sample = Timer.start(registry);
                    try {
                        work.handle(message);
                    } finally {
                        sample.stop(timer);
                    }
                })
                .build();
    }

    /** Tells the registry of the span that is current. */
    private static final class CurrentSpan implements SpanContext {
        @Override
        public @Nullable String getCurrentTraceId() {
            var span = Span.current().getSpanContext();
            return span.isValid() ? span.getTraceId() : null;
        }

        @Override
        public @Nullable String getCurrentSpanId() {
            var span = Span.current().getSpanContext();
            return span.isValid() ? span.getSpanId() : null;
        }

        @Override
        public boolean isCurrentSpanSampled() {
            return Span.current().getSpanContext().isSampled();
        }

        @Override
        public void markCurrentSpanAsExemplar() {
            Span.current().setAttribute(EXEMPLAR_ATTRIBUTE_NAME, EXEMPLAR_ATTRIBUTE_VALUE);
        }
    }
}
