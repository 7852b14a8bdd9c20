package io.burrow.kafka;

/**
 * Under which names, and in which form, a dead letter says where its record came from and why it was exhausted. In
 * every style Burrow adds {@code burrow.dlq.attempts} (how many were made) and {@code burrow.dlq.failed.at} (ISO 8601),
 * as text. Text is UTF-8.
 *
 * <p>Message and stack trace are written only if {@link KafkaDeadLettersBuilder#withMessage()} and
 * {@link KafkaDeadLettersBuilder#withStackTrace()} ask for them.
 */
public enum DeadLetterHeaderStyle {
    /**
     * What Kafka's brokers write for share groups (KIP-1191), all as text: {@code __dlq.errors.topic},
     * {@code .partition}, {@code .offset}, {@code .group}, {@code .delivery.count}, {@code .message}. What they have no
     * name for is {@code burrow.dlq.exception.class}, {@code burrow.dlq.exception.stacktrace} and
     * {@code burrow.dlq.timestamp} (the record's own, in milliseconds).
     */
    KIP_1191,

    /**
     * What Spring Kafka's {@code DeadLetterPublishingRecoverer} writes. Text: {@code kafka_dlt-original-topic},
     * {@code kafka_dlt-original-timestamp-type}, {@code kafka_dlt-original-consumer-group},
     * {@code kafka_dlt-exception-fqcn}, {@code kafka_dlt-exception-cause-fqcn} (if the failure has a cause),
     * {@code kafka_dlt-exception-message}, {@code kafka_dlt-exception-stacktrace}. Binary, the most significant byte
     * first: {@code kafka_dlt-original-partition} (4 bytes), {@code kafka_dlt-original-offset} and
     * {@code kafka_dlt-original-timestamp} (8 bytes).
     */
    SPRING,

    /**
     * What Kafka Connect's sink connectors write, all as text: {@code __connect.errors.topic}, {@code .partition},
     * {@code .offset}, {@code .exception.class.name}, {@code .exception.message}, {@code .exception.stacktrace}. Its
     * connector, task, stage and executing class are left out: Burrow has none. The record's own timestamp is
     * {@code burrow.dlq.timestamp}, the group {@code burrow.dlq.group}.
     */
    CONNECT
}
