package io.burrow.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a dead letter tell: where its record came from and why it was exhausted. Reads all styles, of
 * Burrow and of those who write them first; a value that is not well-formed counts as absent. Immutable.
 *
 * @param style the style it was read from
 * @param topic the topic of the record
 * @param partition the record's partition, not negative
 * @param offset the record's offset, not negative
 * @param attempts how many attempts were made, or null if not told
 * @param exceptionClass the name of the failure's class, or null if not told
 * @param failedAt when the last attempt failed, or null if not told
 */
public record DeadLetterOrigin(
        DeadLetterHeaderStyle style,
        String topic,
        int partition,
        long offset,
        @Nullable Integer attempts,
        @Nullable String exceptionClass,
        @Nullable Instant failedAt) {

    /**
     * Makes the value.
     *
     * @param style the style it was read from
     * @param topic the topic of the record
     * @param partition the record's partition, not negative
     * @param offset the record's offset, not negative
     * @param attempts how many attempts were made, or null if not told
     * @param exceptionClass the name of the failure's class, or null if not told
     * @param failedAt when the last attempt failed, or null if not told
     */
    public DeadLetterOrigin {
        Objects.requireNonNull(style, "style");
        Objects.requireNonNull(topic, "topic");
    }

    /**
     * Reads headers. If there are those of several styles, the ones that were added last count.
     *
     * @param headers the headers of a record, as they were read
     * @return what they tell, or nothing if no style tells a whole position
     */
    public static Optional<DeadLetterOrigin> of(Headers headers) {
        DeadLetterOrigin found = null;
        for (Header header : headers) {
            DeadLetterOrigin origin = switch (header.key()) {
                case DeadLetterHeaders.KIP + "topic" -> kip(headers);
                case DeadLetterHeaders.SPRING + "original-topic" -> spring(headers);
                case DeadLetterHeaders.CONNECT + "topic" -> connect(headers);
                default -> null;
            };
            found = origin == null ? found : origin;
        }
        return Optional.ofNullable(found);
    }

    /**
     * Whether a header belongs to a dead letter and not to its record. Without these, the headers are those of the
     * record.
     *
     * @param name the header's name
     * @return whether a style, or Burrow, adds a header of this name
     */
    public static boolean isHeader(String name) {
        return DeadLetterHeaders.isOwn(name) || name.equals(DeadLetterHeaders.STRIPPED);
    }

    /**
     * Whether the record's value was left out, because the dead letter was too large with it
     * ({@link RefusedAction#STRIP}).
     *
     * @param headers the headers of a record, as they were read
     * @return whether its value is not the one that was read
     */
    public static boolean isStripped(Headers headers) {
        return headers.lastHeader(DeadLetterHeaders.STRIPPED) != null;
    }

    private static @Nullable DeadLetterOrigin kip(Headers headers) {
        return made(
                DeadLetterHeaderStyle.KIP_1191,
                text(headers, DeadLetterHeaders.KIP + "topic"),
                number(headers, DeadLetterHeaders.KIP + "partition"),
                number(headers, DeadLetterHeaders.KIP + "offset"),
                text(headers, DeadLetterHeaders.EXCEPTION),
                headers);
    }

    private static @Nullable DeadLetterOrigin spring(Headers headers) {
        return made(
                DeadLetterHeaderStyle.SPRING,
                text(headers, DeadLetterHeaders.SPRING + "original-topic"),
                binary(headers, DeadLetterHeaders.SPRING + "original-partition", Integer.BYTES),
                binary(headers, DeadLetterHeaders.SPRING + "original-offset", Long.BYTES),
                text(headers, DeadLetterHeaders.SPRING + "exception-fqcn"),
                headers);
    }

    private static @Nullable DeadLetterOrigin connect(Headers headers) {
        return made(
                DeadLetterHeaderStyle.CONNECT,
                text(headers, DeadLetterHeaders.CONNECT + "topic"),
                number(headers, DeadLetterHeaders.CONNECT + "partition"),
                number(headers, DeadLetterHeaders.CONNECT + "offset"),
                text(headers, DeadLetterHeaders.CONNECT + "exception.class.name"),
                headers);
    }

    private static @Nullable DeadLetterOrigin made(
            DeadLetterHeaderStyle style,
            @Nullable String topic,
            @Nullable Long partition,
            @Nullable Long offset,
            @Nullable String exceptionClass,
            Headers headers) {
        if (topic == null || topic.isEmpty() || partition == null || partition > Integer.MAX_VALUE || offset == null) {
            return null;
        }
        Long attempts = number(headers, DeadLetterHeaders.ATTEMPTS);
        if (attempts == null) {
            attempts = number(headers, DeadLetterHeaders.KIP + "delivery.count");
        }
        return new DeadLetterOrigin(
                style,
                topic,
                partition.intValue(),
                offset,
                attempts == null || attempts > Integer.MAX_VALUE ? null : Integer.valueOf(attempts.intValue()),
                exceptionClass,
                instant(text(headers, DeadLetterHeaders.FAILED_AT)));
    }

    private static byte @Nullable [] bytes(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : header.value();
    }

    private static @Nullable String text(Headers headers, String name) {
        byte[] bytes = bytes(headers, name);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static @Nullable Long number(Headers headers, String name) {
        String text = text(headers, name);
        try {
            return text == null ? null : notNegative(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Long binary(Headers headers, String name, int size) {
        byte[] bytes = bytes(headers, name);
        if (bytes == null || bytes.length != size) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return notNegative(size == Integer.BYTES ? buffer.getInt() : buffer.getLong());
    }

    private static @Nullable Long notNegative(long number) {
        return number < 0 ? null : Long.valueOf(number);
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
