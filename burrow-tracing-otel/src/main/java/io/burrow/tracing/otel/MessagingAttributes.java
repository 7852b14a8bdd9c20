package io.burrow.tracing.otel;

import io.opentelemetry.api.common.AttributeKey;

/**
 * The keys of all attributes that spans carry, by the OpenTelemetry semantic conventions for messaging, version
 * {@value #CONVENTIONS_VERSION}. Version 1.45.0 renames some of them; spans name the schema they follow
 * ({@link #SCHEMA_URL}), so that a backend can translate.
 *
 * @see <a
 *     href="https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/messaging/kafka.md#process-span">the
 *     process span of Kafka</a>
 */
public final class MessagingAttributes {
    /** The version of the conventions. */
    public static final String CONVENTIONS_VERSION = "1.44.0";

    /** The schema that spans follow. */
    public static final String SCHEMA_URL = "https://opentelemetry.io/schemas/" + CONVENTIONS_VERSION;

    /** The messaging system: {@code kafka} unless said otherwise. */
    public static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");

    /** The kind of operation: {@link #PROCESS} or {@link #SETTLE}. */
    public static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");

    /** The operation by its own name: {@link #PROCESS} or {@link #COMMIT}. */
    public static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("messaging.operation.name");

    /** The topic. */
    public static final AttributeKey<String> DESTINATION_NAME = AttributeKey.stringKey("messaging.destination.name");

    /** The number of the partition, as text. */
    public static final AttributeKey<String> DESTINATION_PARTITION_ID =
            AttributeKey.stringKey("messaging.destination.partition.id");

    /** The offset of the record. */
    public static final AttributeKey<Long> KAFKA_OFFSET = AttributeKey.longKey("messaging.kafka.offset");

    /** How many records a batch holds. */
    public static final AttributeKey<Long> BATCH_MESSAGE_COUNT = AttributeKey.longKey("messaging.batch.message_count");

    /** The consumer group, if it was given. */
    public static final AttributeKey<String> CONSUMER_GROUP_NAME =
            AttributeKey.stringKey("messaging.consumer.group.name");

    /** The class of what a failed attempt threw; of a commit that, or its outcome where nothing was thrown. */
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /**
     * Which attempt at the delivery it is, from 1; of a batch the highest. Burrow's own: the conventions have no such
     * attribute for Kafka.
     */
    public static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("burrow.attempt");

    /** How many records of a batch failed, if some did. Burrow's own. */
    public static final AttributeKey<Long> BATCH_FAILED_COUNT = AttributeKey.longKey("burrow.batch.failed_count");

    /** The operation of a handler, and the first word of its span's name. */
    public static final String PROCESS = "process";

    /** The kind of operation that a commit is. */
    public static final String SETTLE = "settle";

    /** The operation of a commit, and the first word of its span's name. */
    public static final String COMMIT = "commit";

    private MessagingAttributes() {}
}
