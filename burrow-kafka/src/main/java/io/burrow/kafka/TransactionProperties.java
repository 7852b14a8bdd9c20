package io.burrow.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The rules that a transactional producer's properties must keep, and the values added where the user set none. */
final class TransactionProperties {
    /**
     * A transaction lasts for a commit only. So long, and until the brokers look after it (every 10 s), others wait for
     * its offsets when its process is gone for good: less than a source waits when it is opened.
     */
    private static final long TIMEOUT_MILLIS = 15_000;

    /** Each of a transaction's calls blocks the loop; Kafka's own minute is long for that. */
    private static final long MOST_BLOCK_MILLIS = 10_000;

    private static final long LEAST_BLOCK_MILLIS = 100;
    /** Two calls wait for the brokers, and the transaction must not have timed out before both gave up. */
    private static final int CALLS = 3;
    /** A commit, its abort and another one have to fit into half of the poll interval. */
    private static final int POLL_SHARE = 8;

    private static final long MAX_REQUEST_BYTES = 1_048_576;
    private static final long BUFFER_BYTES = 33_554_432;

    private final Map<String, Object> properties;

    private TransactionProperties(Map<String, Object> properties) {
        this.properties = properties;
    }

    /** Checks the properties and completes a copy of them, but for what depends on the source. */
    static TransactionProperties of(Map<String, Object> given, Problems problems) {
        Map<String, Object> all = new HashMap<>(given);
        ClientProperties.requireText(all, ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "must be set", problems);
        ClientProperties.requireText(
                all,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "must be set: another one for each process, the same after its restart",
                problems);
        ClientProperties.fixed(
                all, ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "must be true or left out", problems, "true");
        ClientProperties.fixed(all, ProducerConfig.ACKS_CONFIG, "must be all or left out", problems, "all", "-1");
        bytes(all, ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "keySerializer", problems);
        bytes(all, ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "valueSerializer", problems);
        all.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TIMEOUT_MILLIS);
        for (String name : new String[] {
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            ProducerConfig.BUFFER_MEMORY_CONFIG
        }) {
            Object value = all.get(name);
            if (ClientProperties.number(value, 1) <= 0) {
                problems.add(name, "must be a positive number", Problems.describe(value));
            }
        }
        TransactionProperties checked = new TransactionProperties(all);
        if (all.containsKey(ProducerConfig.MAX_BLOCK_MS_CONFIG)
                && checked.blockMillis() > checked.timeoutMillis() / CALLS
                && checked.timeoutMillis() > 0) {
            problems.add(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    "must be at most a third of transaction.timeout.ms, which is " + checked.timeoutMillis(),
                    String.valueOf(checked.blockMillis()));
        }
        return checked;
    }

    /** Checks what depends on the source's poll interval. */
    void check(Duration maxPollInterval, Problems problems) {
        if (properties.containsKey(ProducerConfig.MAX_BLOCK_MS_CONFIG)
                && blockMillis() > maxPollInterval.toMillis() / POLL_SHARE) {
            problems.add(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    "must be at most an eighth of the source's max.poll.interval.ms, which is "
                            + maxPollInterval.toMillis(),
                    String.valueOf(blockMillis()));
        }
    }

    /** All properties, for a source with a poll interval. */
    Map<String, Object> complete(Duration maxPollInterval) {
        Map<String, Object> all = new HashMap<>(properties);
        long most = Math.min(timeoutMillis() / CALLS, maxPollInterval.toMillis() / POLL_SHARE);
        all.putIfAbsent(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.max(LEAST_BLOCK_MILLIS, Math.min(MOST_BLOCK_MILLIS, most)));
        return all;
    }

    /** The largest record that the client takes, in bytes. */
    long maxRecordBytes() {
        return Math.min(
                ClientProperties.number(properties.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES),
                ClientProperties.number(properties.get(ProducerConfig.BUFFER_MEMORY_CONFIG), BUFFER_BYTES));
    }

    /** Where the client was told to find brokers: hosts and ports, no secrets. */
    String servers() {
        return String.valueOf(properties.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    String transactionalId() {
        return String.valueOf(properties.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG));
    }

    private long timeoutMillis() {
        return ClientProperties.number(properties.get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TIMEOUT_MILLIS);
    }

    private long blockMillis() {
        return ClientProperties.number(properties.get(ProducerConfig.MAX_BLOCK_MS_CONFIG), MOST_BLOCK_MILLIS);
    }

    private static void bytes(Map<String, Object> all, String name, String instead, Problems problems) {
        ClientProperties.bytes(
                all,
                name,
                ByteArraySerializer.class,
                "must be left out, since outputs are serialised by workers: give the serialiser to " + instead
                        + "(...)",
                problems);
    }
}
