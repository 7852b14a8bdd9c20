package io.burrow.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

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
        ClientProperties.requireText(all, ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "must be set", problems);
        ClientProperties.fixed(all, ProducerConfig.ACKS_CONFIG, "must be all or left out", problems, "all", "-1");
        ClientProperties.fixed(
                all, ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "must be true or left out", problems, "true");
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
        ClientProperties.bytes(
                all,
                name,
                ByteArraySerializer.class,
                "must be left out: dead letters are the bytes that were read",
                problems);
    }
}
