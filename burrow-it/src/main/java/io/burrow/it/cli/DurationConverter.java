package io.burrow.it.cli;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a positive time of at most a day. */
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,8})(ms|s|m|h)");
    private static final Map<String, TemporalUnit> UNITS =
            Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS);

    @Override
    public Duration convert(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            TemporalUnit unit = UNITS.get(form.group(2));
            Duration time = unit == null ? Duration.ZERO : Duration.of(Long.parseLong(form.group(1)), unit);
            if (!time.isZero() && time.compareTo(Duration.ofDays(1)) <= 0) {
                return time;
            }
        }
        throw new TypeConversionException("'" + text + "' must be a time such as 500ms, 30s, 5m or 2h, at most a day");
    }
}
