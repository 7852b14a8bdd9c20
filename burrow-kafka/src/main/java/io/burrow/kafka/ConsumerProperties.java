package io.burrow.kafka;

import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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

    /** Checks the properties and completes a copy of them. */
    static ConsumerProperties of(Map<String, Object> given, Problems problems) {
        Map<String, Object> all = new HashMap<>(given);
        ClientProperties.requireText(all, ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "must be set", problems);
        ClientProperties.requireText(all, ConsumerConfig.GROUP_ID_CONFIG, "must be set", problems);
        autoCommitOff(all, problems);
        bytes(all, ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "keyDeserializer", problems);
        bytes(all, ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "valueDeserializer", problems);
        Object interval = all.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        if (ClientProperties.number(interval, 1) <= 0) {
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
        return Duration.ofMillis(ClientProperties.number(interval, DEFAULT_MAX_POLL_INTERVAL.toMillis()));
    }

    boolean isClassic() {
        return !"consumer".equalsIgnoreCase(String.valueOf(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG)));
    }

    OffsetReset offsetReset() {
        return OffsetReset.of(properties.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
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
        ClientProperties.bytes(
                all,
                name,
                ByteArrayDeserializer.class,
                "must be left out, since records are deserialised by workers: give the deserialiser to " + instead
                        + "(...)",
                problems);
    }
}
