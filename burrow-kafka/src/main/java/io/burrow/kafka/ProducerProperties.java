package io.burrow.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The rules that a dead-letter producer's properties must keep, and the values added where the user set none. */
final class ProducerProperties {
    /** A send blocks its worker while the topic's metadata is fetched; Kafka's own minute is long for that. */
    private static final String MAX_BLOCK_MILLIS = "10000";

    /**
     * Less than Burrow waits for an acknowledgement by default, so that what it gives up the producer has given up too.
     */
    private static final String DELIVERY_MILLIS = "50000";

    private ProducerProperties() {}

    /** Checks the properties and completes a copy of them. */
    static Map<String, Object> of(Map<String, Object> given, Problems problems) {
        Map<String, Object> all = new HashMap<>(given);
        if (isBlank(all.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG))) {
            problems.add(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "must be set", "none");
        }
        Object acks = all.putIfAbsent(ProducerConfig.ACKS_CONFIG, "all");
        if (acks != null && !isOneOf(acks, "all", "-1")) {
            problems.add(ProducerConfig.ACKS_CONFIG, "must be all or left out", Problems.describe(acks));
        }
        Object idempotence = all.putIfAbsent(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        if (idempotence != null && !isOneOf(idempotence, "true")) {
            problems.add(
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    "must be true or left out",
                    Problems.describe(idempotence));
        }
        if (all.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null) {
            problems.add(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                    "must be left out: dead letters are acknowledged one by one",
                    Problems.describe(all.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG)));
        }
        bytes(all, ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, problems);
        bytes(all, ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, problems);
        all.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        if (!all.containsKey(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                && !all.containsKey(ProducerConfig.LINGER_MS_CONFIG)) {
            all.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        }
        return all;
    }

    private static void bytes(Map<String, Object> all, String name, Problems problems) {
        @Nullable Object value = all.put(name, ByteArraySerializer.class);
        boolean same = value == null
                || value == ByteArraySerializer.class
                || value instanceof ByteArraySerializer
                || String.valueOf(value).equals(ByteArraySerializer.class.getName());
        if (!same) {
            problems.add(name, "must be left out: dead letters are the bytes that were read", Problems.describe(value));
        }
    }

    private static boolean isBlank(@Nullable Object value) {
        return value == null || String.valueOf(value).isBlank();
    }

    private static boolean isOneOf(Object value, String... allowed) {
        for (String one : allowed) {
            if (one.equalsIgnoreCase(String.valueOf(value).trim())) {
                return true;
            }
        }
        return false;
    }
}
