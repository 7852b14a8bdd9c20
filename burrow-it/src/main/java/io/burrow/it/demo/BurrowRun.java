package io.burrow.it.demo;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.MessageHandler;
import io.burrow.api.Stats;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A Burrow in this process, watched. One thread. */
final class BurrowRun implements AutoCloseable {

    private final Burrow<String, String> burrow;
    private final Track track = new Track();
    private final RateMeter meter = new RateMeter();
    private final long startedNanos = System.nanoTime();

    /**
     * Starts it from the beginning of a topic.
     *
     * @param bootstrapServers where
     * @param topic what to read
     * @param group the group
     * @param handler what to do with each message
     * @param settings settings that differ from the defaults
     * @param parts what else it is made of
     */
    BurrowRun(
            String bootstrapServers,
            String topic,
            String group,
            MessageHandler<String, String> handler,
            UnaryOperator<BurrowConfig.Builder> settings,
            UnaryOperator<BurrowBuilder<String, String>> parts) {
        burrow = parts.apply(Burrow.<String, String>builder()
                        .source(source(
                                Map.of(
                                        "bootstrap.servers",
                                        bootstrapServers,
                                        "group.id",
                                        group,
                                        "max.partition.fetch.bytes",
                                        DemoProducer.BATCH_BYTES,
                                        "auto.offset.reset",
                                        "earliest"),
                                topic))
                        .handler(track.around(handler))
                        .listener(track)
                        .config(settings))
                .build();
        burrow.start();
    }

    static KafkaSource<String, String> source(Map<String, Object> properties, String topic) {
        return KafkaSource.<String, String>builder()
                .properties(properties)
                .topics(topic)
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
    }

    /**
     * What it has done so far.
     *
     * @throws DemoException if it has failed
     */
    Stats stats() {
        if (burrow.state().isTerminal()) {
            BurrowException cause = burrow.health().cause();
            throw new DemoException("Burrow stopped: " + (cause == null ? "closed" : cause.getMessage()), cause);
        }
        return burrow.stats();
    }

    View view() {
        Stats stats = burrow.stats();
        long now = System.nanoTime();
        return new View(
                Duration.ofNanos(now - startedNanos),
                meter.read(now, stats.processed()),
                stats.processed(),
                stats.inFlight(),
                stats.activeWorkers(),
                track.partitions(stats));
    }

    /** Closes it, so that all that was finished is committed. */
    @Override
    public void close() {
        burrow.close();
    }
}
