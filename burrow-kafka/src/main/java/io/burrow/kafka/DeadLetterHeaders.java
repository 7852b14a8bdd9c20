package io.burrow.kafka;

import io.burrow.api.spi.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a dead letter: those of the record, unchanged and in their order, and then where it came from and why
 * it was given up. The {@code __dlq.errors.} names and their form (text in UTF-8) are those that Kafka's brokers write
 * for share groups (KIP-1191).
 */
final class DeadLetterHeaders {
    static final String TOPIC = "__dlq.errors.topic";
    static final String PARTITION = "__dlq.errors.partition";
    static final String OFFSET = "__dlq.errors.offset";
    static final String GROUP = "__dlq.errors.group";
    static final String DELIVERY_COUNT = "__dlq.errors.delivery.count";
    static final String MESSAGE = "__dlq.errors.message";
    static final String EXCEPTION = "burrow.dlq.exception.class";
    static final String FAILED_AT = "burrow.dlq.failed.at";
    static final String TIMESTAMP = "burrow.dlq.timestamp";

    private static final Set<String> OWN =
            Set.of(TOPIC, PARTITION, OFFSET, GROUP, DELIVERY_COUNT, MESSAGE, EXCEPTION, FAILED_AT, TIMESTAMP);

    private final @Nullable String group;
    private final int messageChars;

    /**
     * Makes the writer.
     *
     * @param group the consumer group to name, or null
     * @param messageChars how much of a failure's message to write; 0 for none
     */
    DeadLetterHeaders(@Nullable String group, int messageChars) {
        this.group = group;
        this.messageChars = messageChars;
    }

    /** Those of an earlier failure are replaced, so that a record that goes round does not grow. */
    List<Header> of(ConsumerRecord<byte[], byte[]> record, DeadLetter<?, ?> letter) {
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!OWN.contains(header.key())) {
                headers.add(header);
            }
        }
        Throwable cause = letter.failure().cause();
        add(headers, TOPIC, record.topic());
        add(headers, PARTITION, Integer.toString(record.partition()));
        add(headers, OFFSET, Long.toString(record.offset()));
        if (group != null) {
            add(headers, GROUP, group);
        }
        add(headers, DELIVERY_COUNT, Integer.toString(letter.failure().attempt()));
        if (messageChars > 0 && cause.getMessage() != null) {
            add(headers, MESSAGE, shortened(cause.getMessage()));
        }
        add(headers, EXCEPTION, cause.getClass().getName());
        add(headers, FAILED_AT, letter.failedAt().toString());
        add(headers, TIMESTAMP, Long.toString(record.timestamp()));
        return headers;
    }

    private String shortened(String message) {
        if (message.length() <= messageChars) {
            return message;
        }
        boolean splitsPair = Character.isHighSurrogate(message.charAt(messageChars - 1));
        return message.substring(0, splitsPair ? messageChars - 1 : messageChars);
    }

    private static void add(List<Header> headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }
}
