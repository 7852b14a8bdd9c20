package io.burrow.metrics.prometheus;

import io.burrow.metrics.prometheus.HealthJson.Probe;
import io.burrow.metrics.prometheus.WatchedBurrows.Look;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the endpoints answer, without a word of HTTP but the status. None takes longer than a second or so. */
final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final long WAIT_MILLIS = 1_000;
    /** The page goes on drawing what it knows. */
    private static final long PAGE_WAIT_MILLIS = 250;

    private final PrometheusMeterRegistry registry;
    private final WatchedBurrows burrows;
    private final FaultLog faults = new FaultLog(log);

    /** An answer. */
    record Answer(int status, String contentType, byte[] body) {}

    Answers(PrometheusMeterRegistry registry, WatchedBurrows burrows) {
        this.registry = registry;
        this.burrows = burrows;
    }

    static Answer text(int status, String text) {
        return new Answer(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    Answer metrics(@Nullable String accept) {
        MetricsFormat format = MetricsFormat.accepted(accept);
        ByteArrayOutputStream body = new ByteArrayOutputStream(16 << 10); // a failure must not cut an answer short
        try {
            registry.scrape(body, format.contentType());
        } catch (RuntimeException | IOException e) {
            faults.warn("The metrics cannot be written", e, System.nanoTime());
            return text(500, "The metrics cannot be written; see the log.\n");
        }
        return new Answer(200, format.contentType(), body.toByteArray());
    }

    Answer health(Probe probe) throws InterruptedException {
        List<Look> looks = burrows.look(WAIT_MILLIS);
        return new Answer(probe.isYes(looks) ? 200 : 503, JSON, HealthJson.of(probe, looks));
    }

    Answer stats() throws InterruptedException {
        return new Answer(200, JSON, StatsJson.of(burrows.look(WAIT_MILLIS)));
    }

    /** What the page draws next, and when there will be news again. */
    byte[] page(Duration interval) throws InterruptedException {
        List<Look> looks = burrows.look(PAGE_WAIT_MILLIS);
        return PageJson.of(looks, System.nanoTime() / 1_000_000, interval.toMillis());
    }
}
