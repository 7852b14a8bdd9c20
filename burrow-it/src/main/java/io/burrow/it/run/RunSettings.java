package io.burrow.it.run;

import io.burrow.api.Ordering;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ./burrow run} was told.
 *
 * @param properties those of the Kafka clients, {@code bootstrap.servers} and {@code group.id} among them
 * @param topics what to read
 * @param ordering which records wait for each other
 * @param concurrency how many records are handled at once
 * @param retries how many attempts follow the first
 * @param backoff the longest wait before the first retry; it doubles with each, up to a minute
 * @param deadLetterTopic where exhausted records go; without it they are parked
 * @param metrics where to serve the metrics and the page
 * @param openTimeout how long to wait for the brokers at the start
 * @param closeTimeout how long what runs may take to end
 * @param untilEnd whether to stop when all is done that is there
 */
public record RunSettings(
        Map<String, Object> properties,
        List<String> topics,
        Ordering ordering,
        int concurrency,
        int retries,
        Duration backoff,
        Optional<String> deadLetterTopic,
        Optional<MetricsAddress> metrics,
        Duration openTimeout,
        Duration closeTimeout,
        boolean untilEnd) {
    /**
     * Where to listen.
     *
     * @param host an address of this machine
     * @param port the port, or 0 for any that is free
     */
    public record MetricsAddress(String host, int port) {}

    /**
     * Makes the settings; the collections are copied.
     *
     * @param properties those of the Kafka clients, {@code bootstrap.servers} and {@code group.id} among them
     * @param topics what to read
     * @param ordering which records wait for each other
     * @param concurrency how many records are handled at once
     * @param retries how many attempts follow the first
     * @param backoff the longest wait before the first retry; it doubles with each, up to a minute
     * @param deadLetterTopic where exhausted records go; without it they are parked
     * @param metrics where to serve the metrics and the page
     * @param openTimeout how long to wait for the brokers at the start
     * @param closeTimeout how long what runs may take to end
     * @param untilEnd whether to stop when all is done that is there
     */
    public RunSettings {
        properties = Map.copyOf(properties);
        topics = List.copyOf(topics);
    }

    String group() {
        return String.valueOf(properties.get("group.id"));
    }

    /** The properties may hold secrets. */
    @Override
    public String toString() {
        return "run of " + topics + " as " + group();
    }
}
