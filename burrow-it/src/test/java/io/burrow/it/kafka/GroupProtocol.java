package io.burrow.it.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;

/** The ways in which a group shares partitions out, each with the properties that make it quick to notice a change. */
public enum GroupProtocol {
    /** Everything is taken away and shared out anew at every change. */
    CLASSIC_EAGER(classic(RangeAssignor.class)),
    /** Only what moves is taken away. */
    CLASSIC_COOPERATIVE(classic(CooperativeStickyAssignor.class)),
    /** The broker shares out (KIP-848). */
    CONSUMER(Map.of(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer"));

    private final Map<String, Object> properties;

    GroupProtocol(Map<String, Object> properties) {
        this.properties = properties;
    }

    private static Map<String, Object> classic(Class<?> assignor) {
        return Map.of(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                assignor.getName(),
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                20_000,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                200);
    }

    /**
     * What a consumer needs to take part in this way.
     *
     * @return properties by Kafka's names
     */
    public Map<String, Object> properties() {
        return properties;
    }
}
