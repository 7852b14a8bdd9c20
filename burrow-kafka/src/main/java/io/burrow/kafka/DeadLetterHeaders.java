package io.burrow.kafka;

import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a dead letter: those of the record, unchanged and in their order, and then where it came from and why
 * it was exhausted, in one of the styles.
 */
final class DeadLetterHeaders {
    static final String ATTEMPTS = "burrow.dlq.attempts";
    static final String FAILED_AT = "burrow.dlq.failed.at";
    static final String TIMESTAMP = "burrow.dlq.timestamp";
    static final String GROUP = "burrow.dlq.group";
    static final String EXCEPTION = "burrow.dlq.exception.class";
    static final String STACK_TRACE = "burrow.dlq.exception.stacktrace";

    /** Of the value, not of the failure: it stays as long as the value is missing, through a later failure as well. */
    static final String STRIPPED = "burrow.dlq.value.stripped.bytes";

    static final String KIP = "__dlq.errors.";
    static final String SPRING = "kafka_dlt-";
    static final String CONNECT = "__connect.errors.";

    /** Every name of every style, also those that only Spring and Connect themselves write. */
    private static final Set<String> OWN = Set.of(
            ATTEMPTS,
            FAILED_AT,
            TIMESTAMP,
            GROUP,
            EXCEPTION,
            STACK_TRACE,
            RetryHeaders.DUE,
            RetryHeaders.ATTEMPTS,
            RetryHeaders.TIMESTAMP,
            KIP + "topic",
            KIP + "partition",
            KIP + "offset",
            KIP + "group",
            KIP + "delivery.count",
            KIP + "message",
            SPRING + "original-topic",
            SPRING + "original-partition",
            SPRING + "original-offset",
            SPRING + "original-timestamp",
            SPRING + "original-timestamp-type",
            SPRING + "original-consumer-group",
            SPRING + "exception-fqcn",
            SPRING + "exception-cause-fqcn",
            SPRING + "exception-message",
            SPRING + "exception-stacktrace",
            SPRING + "key-exception-fqcn",
            SPRING + "key-exception-message",
            SPRING + "key-exception-stacktrace",
            CONNECT + "topic",
            CONNECT + "partition",
            CONNECT + "offset",
            CONNECT + "connector.name",
            CONNECT + "task.id",
            CONNECT + "stage",
            CONNECT + "class.name",
            CONNECT + "exception.class.name",
            CONNECT + "exception.message",
            CONNECT + "exception.stacktrace");

    private final DeadLetterHeaderStyle style;
    private final @Nullable String group;
    private final int messageBytes;
    private final int stackTraceBytes;

    /**
     * Makes the writer.
     *
     * @param style the names
     * @param group the consumer group to name, or null
     * @param messageBytes how much of a failure's message to write; 0 for none
     * @param stackTraceBytes how much of its stack trace; 0 for none
     */
    DeadLetterHeaders(DeadLetterHeaderStyle style, @Nullable String group, int messageBytes, int stackTraceBytes) {
        this.style = style;
        this.group = group;
        this.messageBytes = messageBytes;
        this.stackTraceBytes = stackTraceBytes;
    }

    /** Whether a header of this name says where a dead letter came from or why, in any style. */
    static boolean isOwn(String name) {
        return OWN.contains(name);
    }

    /** Those of an earlier failure are replaced, so that a record that goes round does not grow. */
    List<Header> of(FailedRecord record, DeadLetter<?, ?> letter) {
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!isOwn(header.key())) {
                headers.add(header);
            }
        }
        Failure failure = letter.failure();
        switch (style) {
            case KIP_1191 -> kip(headers, record, failure);
            case SPRING -> spring(headers, record, failure);
            case CONNECT -> connect(headers, record, failure);
        }
        add(headers, ATTEMPTS, Integer.toString(record.attempts()));
        add(headers, FAILED_AT, letter.failedAt().toString());
        return headers;
    }

    /** The headers of a dead letter whose value is left out. */
    static List<Header> stripped(Iterable<Header> headers, int valueBytes) {
        List<Header> all = new ArrayList<>();
        headers.forEach(all::add);
        add(all, STRIPPED, Integer.toString(valueBytes));
        return all;
    }

    private void kip(List<Header> headers, FailedRecord record, Failure failure) {
        add(headers, KIP + "topic", record.topic());
        add(headers, KIP + "partition", Integer.toString(record.partition()));
        add(headers, KIP + "offset", Long.toString(record.offset()));
        addGroup(headers, KIP + "group");
        add(headers, KIP + "delivery.count", Integer.toString(record.attempts()));
        addMessage(headers, KIP + "message", failure);
        add(headers, EXCEPTION, failure.cause().getClass().getName());
        addStackTrace(headers, STACK_TRACE, failure);
        add(headers, TIMESTAMP, Long.toString(record.timestamp()));
    }

    private void spring(List<Header> headers, FailedRecord record, Failure failure) {
        add(headers, SPRING + "original-topic", record.topic());
        add(headers, SPRING + "original-partition", binary(record.partition()));
        add(headers, SPRING + "original-offset", binary(record.offset()));
        add(headers, SPRING + "original-timestamp", binary(record.timestamp()));
        add(headers, SPRING + "original-timestamp-type", record.timestampType().toString());
        addGroup(headers, SPRING + "original-consumer-group");
        add(headers, SPRING + "exception-fqcn", failure.cause().getClass().getName());
        Throwable cause = failure.cause().getCause();
        if (cause != null) {
            add(headers, SPRING + "exception-cause-fqcn", cause.getClass().getName());
        }
        addMessage(headers, SPRING + "exception-message", failure);
        addStackTrace(headers, SPRING + "exception-stacktrace", failure);
    }

    private void connect(List<Header> headers, FailedRecord record, Failure failure) {
        add(headers, CONNECT + "topic", record.topic());
        add(headers, CONNECT + "partition", Integer.toString(record.partition()));
        add(headers, CONNECT + "offset", Long.toString(record.offset()));
        add(
                headers,
                CONNECT + "exception.class.name",
                failure.cause().getClass().getName());
        addMessage(headers, CONNECT + "exception.message", failure);
        addStackTrace(headers, CONNECT + "exception.stacktrace", failure);
        addGroup(headers, GROUP);
        add(headers, TIMESTAMP, Long.toString(record.timestamp()));
    }

    private void addGroup(List<Header> headers, String name) {
        if (group != null) {
            add(headers, name, group);
        }
    }

    private void addMessage(List<Header> headers, String name, Failure failure) {
        byte[] message = messageBytes > 0 ? ErrorText.message(failure.cause(), messageBytes) : null;
        if (message != null) {
            add(headers, name, message);
        }
    }

    private void addStackTrace(List<Header> headers, String name, Failure failure) {
        if (stackTraceBytes > 0) {
            add(headers, name, ErrorText.stackTrace(failure.cause(), stackTraceBytes));
        }
    }

    private static byte[] binary(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static byte[] binary(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static void add(List<Header> headers, String name, String value) {
        add(headers, name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(List<Header> headers, String name, byte[] value) {
        headers.add(new RecordHeader(name, value));
    }
}
