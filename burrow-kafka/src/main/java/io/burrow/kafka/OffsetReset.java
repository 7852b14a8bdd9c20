package io.burrow.kafka;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The consumer's {@code auto.offset.reset}, as far as Burrow has to know it.
 *
 * @param latest whether it begins at the end of a log
 * @param none whether it is left to people to say where to begin
 * @param since how far back it begins, or null if it does not go by time
 */
record OffsetReset(boolean latest, boolean none, @Nullable Duration since) {
    /** Of a consumer that somebody else made: it does not tell. */
    static final OffsetReset UNKNOWN = new OffsetReset(false, false, null);

    private static final String BY_DURATION = "by_duration:";

    /** Reads the property; null is Kafka's own default. What is no value for it is the client's to refuse. */
    static OffsetReset of(@Nullable Object property) {
        String value = property == null ? "latest" : String.valueOf(property).trim();
        String lower = value.toLowerCase(Locale.ROOT);
        if (!lower.startsWith(BY_DURATION)) {
            return new OffsetReset(lower.equals("latest"), lower.equals("none"), null);
        }
        try {
            return new OffsetReset(false, false, Duration.parse(value.substring(BY_DURATION.length())));
        } catch (DateTimeParseException e) {
            return UNKNOWN;
        }
    }
}
