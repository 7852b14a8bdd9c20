package io.burrow.it.chaos.member;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;

/** The ways in which a group shares partitions out. */
public enum RebalanceMode {
    /** Everything is taken away and shared out anew at every change. */
    EAGER(classic(RangeAssignor.class)),
    /** Only what moves is taken away. */
    COOPERATIVE(classic(CooperativeStickyAssignor.class)),
    /** The broker shares out (KIP-848). */
    CONSUMER(Map.of(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer"));

    /** After how long without a word a member counts as dead, in each of the ways; the brokers are set to the same. */
    public static final int SESSION_MILLIS = 5_000;

    private final Map<String, Object> properties;

    RebalanceMode(Map<String, Object> properties) {
        this.properties = properties;
    }

    private static Map<String, Object> classic(Class<?> assignor) {
        return Map.of(
                ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                "classic",
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                assignor.getName(),
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                SESSION_MILLIS,
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                500);
    }

    /** What a consumer needs to take part in this way. */
    Map<String, Object> properties() {
        return properties;
    }
}
