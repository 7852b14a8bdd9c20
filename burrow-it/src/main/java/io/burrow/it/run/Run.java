package io.burrow.it.run;

import io.burrow.api.BurrowException;
import io.burrow.api.CloseResult;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import io.burrow.metrics.prometheus.BurrowMetrics;
import io.burrow.metrics.prometheus.MetricsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code ./burrow run}: starts, waits for what ends it, and ends in order. It is ended by a signal, by a
 * failure, by work that has nobody left, or by the end of the topics where that is wanted; whichever comes first ends
 * it, on its own thread, and any other waits for that.
 */
public final class Run {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int MOST_NAME = 100;

    private final RunSettings settings;
    private final Work work;
    private final Display display;
    private final Failures failures;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int status;

    /** Set when records may have been handled. */
    private volatile @Nullable Burrow<byte[], byte[]> started;

    /**
     * Prepares it.
     *
     * @param settings what was told
     * @param work what is done with each record
     * @param err for people: what happens, on a terminal the progress
     * @param live whether that is a terminal
     */
    public Run(RunSettings settings, Work work, PrintWriter err, boolean live) {
        this.settings = settings;
        this.work = work;
        this.display = new Display(err, live);
        this.failures = new Failures(display);
    }

    /**
     * Runs to the end.
     *
     * @return the exit status
     * @throws BurrowException if it cannot start
     */
    public int run() {
        Thread onSignal = new Thread(this::endOnSignal, "burrow-run-exit");
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (MetricsServer server = serve(registry)) {
            BurrowBuilder<byte[], byte[]> builder = builder().listener(failures);
            if (server != null) {
                builder.listener(BurrowMetrics.on(registry)).listener(server);
            }
            Burrow<byte[], byte[]> burrow = builder.build();
            Runtime.getRuntime().addShutdownHook(onSignal);
            try {
                burrow.start();
                started = burrow;
                try {
                    display.say("reading " + String.join(", ", settings.topics()) + " as group " + settings.group()
                            + (server == null ? "" : "; page and metrics at " + server.pageUri()));
                    awaitEnd(burrow);
                } finally {
                    end(burrow);
                }
            } finally {
                remove(onSignal);
            }
        }
        return status;
    }

    private @Nullable MetricsServer serve(PrometheusMeterRegistry registry) {
        return settings.metrics()
                .map(at -> MetricsServer.builder(registry)
                        .bindAddress(at.host())
                        .port(at.port())
                        .start())
                .orElse(null);
    }

    private BurrowBuilder<byte[], byte[]> builder() {
        KafkaSource<byte[], byte[]> source = KafkaSource.<byte[], byte[]>builder()
                .properties(settings.properties())
                .topics(settings.topics())
                .keyDeserializer(new ByteArrayDeserializer())
                .valueDeserializer(new ByteArrayDeserializer())
                .openTimeout(settings.openTimeout())
                .build();
        String group = settings.group();
        BurrowBuilder<byte[], byte[]> builder = Burrow.<byte[], byte[]>builder()
                .source(source)
                .config(config -> config.name(group.substring(0, Math.min(group.length(), MOST_NAME)))
                        .ordering(settings.ordering())
                        .concurrency(settings.concurrency())
                        .workerThreads(work.threads())
                        .retryPolicy(Retries.policy(settings.retries()))
                        .backoff(Retries.backoff(settings.backoff()))
                        .drainTimeout(settings.closeTimeout())
                        .closeTimeout(settings.closeTimeout()))
                .asyncHandler(work.handler());
        settings.deadLetterTopic().ifPresent(topic -> builder.deadLetters(deadLetters(topic)));
        return builder;
    }

    private KafkaDeadLetters<byte[], byte[]> deadLetters(String topic) {
        Map<String, Object> properties = new HashMap<>(settings.properties());
        properties.keySet().removeIf(name -> name.startsWith("group.") || name.startsWith("auto.offset."));
        return KafkaDeadLetters.<byte[], byte[]>builder()
                .properties(properties)
                .topic(topic)
                .group(settings.group())
                .withMessage() // of our own exceptions: nothing of the record
                .build();
    }

    private void awaitEnd(Burrow<byte[], byte[]> burrow) {
        CompletableFuture<Object> over = CompletableFuture.anyOf(failures.failed(), work.gone());
        Looks looks = new Looks(burrow::stats, display);
        while (!ending.get()) {
            try {
                over.get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException look) {
                if ((settings.untilEnd() || display.isLive()) && looks.look() && settings.untilEnd()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Ends it, once; whoever comes second waits until it has ended. */
    private void end(Burrow<byte[], byte[]> burrow) {
        if (!ending.compareAndSet(false, true)) {
            awaitEnded();
            return;
        }
        status = 1; // until it has ended well
        try {
            boolean failed = failures.failed().isDone();
            work.stopping();
            CloseResult result = burrow.close(settings.closeTimeout());
            work.abort();
            tell(burrow, result, failed || failures.failed().isDone());
        } finally {
            ended.countDown();
        }
    }

    private void tell(Burrow<byte[], byte[]> burrow, CloseResult result, boolean failed) {
        boolean leftAtEnd = settings.untilEnd() && result.unfinishedRecords() > 0;
        status = failed || !result.clean() || leftAtEnd ? 1 : 0;
        BurrowException cause = burrow.health().cause();
        if (failed && cause != null) {
            display.say(String.valueOf(cause.getMessage()));
            String last = failures.last();
            if (last != null) {
                display.say("the last failure, " + last);
            }
        } else if (!result.clean()) {
            display.say("not all that ran had ended, or was committed, after "
                    + settings.closeTimeout().toMillis() + " ms (--close-timeout): it comes again");
        }
        display.say((failed ? "halted: " : "stopped: ") + summary(burrow, result.unfinishedRecords()));
    }

    private static String summary(Burrow<byte[], byte[]> burrow, long unfinished) {
        try {
            return ProgressText.summary(burrow.stats(), unfinished);
        } catch (BurrowException blocked) {
            return "how much was done is not known: " + blocked.getMessage();
        }
    }

    private void awaitEnded() {
        boolean interrupted = false;
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                interrupted = true; // it ends within its bounds
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The JVM would end with the signal's status. A start under way has handled nothing, and is left as it is. */
    private void endOnSignal() {
        Burrow<byte[], byte[]> burrow = started;
        try {
            if (burrow != null) {
                end(burrow);
            }
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException exiting) {
            // it runs now, and waits for the end
        }
    }
}
