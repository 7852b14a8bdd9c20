package io.burrow.kafka;

import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The rules that a consumer's properties must keep under Burrow, and the values it adds where the user set none. */
final class ConsumerProperties {
    private static final Duration DEFAULT_MAX_POLL_INTERVAL = Duration.ofMinutes(5);
    /** How long a partition that goes on may wait behind a question for others, in milliseconds; Kafka's own is 500. */
    private static final String FETCH_WAIT = "100";

    private final Map<String, Object> properties;

    private ConsumerProperties(Map<String, Object> properties) {
        this.properties = properties;
    }

    static Map<String, Object> copy(Map<String, ?> properties) {
        return new HashMap<>(properties);
    }

    /** Takes the defaults along, which a {@code Properties} does not show as a map. */
    static Map<String, Object> copy(Properties properties) {
        Map<String, Object> copy = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> copy.put(name, properties.getProperty(name)));
        properties.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    /** Checks the properties and completes a copy of them. */
    static ConsumerProperties of(Map<String, Object> given, Problems problems) {
        Map<String, Object> all = new HashMap<>(given);
        requireText(all, ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, problems);
        requireText(all, ConsumerConfig.GROUP_ID_CONFIG, problems);
        autoCommitOff(all, problems);
        bytes(all, ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "keyDeserializer", problems);
        bytes(all, ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "valueDeserializer", problems);
        Object interval = all.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        if (interval != null && millis(interval) <= 0) {
            problems.add(
                    ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                    "must be a positive number of milliseconds",
                    Problems.describe(interval));
        }
        // looking whether a topic is there must not make it
        all.putIfAbsent(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        // one fetch at a time goes to a broker: while it waits for idle partitions, one that was full cannot go on
        if (!all.containsKey(ConsumerConfig.FETCH_MIN_BYTES_CONFIG)) { // else waiting is what is wanted
            all.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT);
        }
        return new ConsumerProperties(all);
    }

    Map<String, Object> asMap() {
        return new HashMap<>(properties);
    }

    /** Where the client was told to find brokers: hosts and ports, no secrets. */
    String servers() {
        return String.valueOf(properties.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    Duration maxPollInterval() {
        Object interval = properties.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        return interval == null ? DEFAULT_MAX_POLL_INTERVAL : Duration.ofMillis(millis(interval));
    }

    boolean isClassic() {
        return !"consumer".equalsIgnoreCase(String.valueOf(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG)));
    }

    OffsetReset offsetReset() {
        return OffsetReset.of(properties.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
    }

    private static void requireText(Map<String, Object> all, String name, Problems problems) {
        @Nullable Object value = all.get(name);
        if (value == null || String.valueOf(value).isBlank()) {
            problems.add(name, "must be set", value == null ? "none" : "blank");
        }
    }

    private static void autoCommitOff(Map<String, Object> all, Problems problems) {
        String name = ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG;
        @Nullable Object value = all.get(name);
        if (value == null) {
            all.put(name, "false");
        } else if (String.valueOf(value).trim().equalsIgnoreCase("true")) {
            problems.add(ErrorCode.AUTO_COMMIT_ON, name, "must be false or left out", "true");
        } else if (!String.valueOf(value).trim().equalsIgnoreCase("false")) {
            problems.add(name, "must be false or left out", Problems.describe(value));
        }
    }

    private static void bytes(Map<String, Object> all, String name, String instead, Problems problems) {
        @Nullable Object value = all.put(name, ByteArrayDeserializer.class);
        boolean same = value == null
                || value instanceof Class<?> type && ByteArrayDeserializer.class.isAssignableFrom(type)
                || value instanceof ByteArrayDeserializer
                || String.valueOf(value).equals(ByteArrayDeserializer.class.getName());
        if (!same) {
            problems.add(
                    name,
                    "must be left out, since records are deserialised by workers: give the deserialiser to " + instead
                            + "(...)",
                    Problems.describe(value));
        }
    }

    private static long millis(Object value) {
        try {
            return Long.parseLong(String.valueOf(value).trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
