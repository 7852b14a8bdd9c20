package io.burrow.it.run;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header {@code Retry-After} of RFC 9110, section 10.2.3: seconds, or a date in the preferred form. Pure. */
final class RetryAfter {
    /** A server that says 0, or a time that has passed, would be asked again without a pause, and without an end. */
    static final Duration SHORTEST = Duration.ofSeconds(1);
    /** Whoever asks for a year means something else. */
    static final Duration LONGEST = Duration.ofHours(1);

    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /**
     * How long to wait.
     *
     * @param value the header's value
     * @param now the time to which a date is compared
     * @return the time between {@link #SHORTEST} and {@link #LONGEST}; empty if the value means nothing
     */
    static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(
                    text.length() > MOST_DIGITS ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant due = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
            return Optional.of(bounded(Duration.between(now, due)));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }

    private static Duration bounded(Duration delay) {
        return delay.compareTo(SHORTEST) < 0 ? SHORTEST : delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
