package io.burrow.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, so that all of it is reported at once. */
final class Problems {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final List<ConfigProblem> found = new ArrayList<>();

    boolean present(String setting, @Nullable Object value) {
        return require(value != null, setting, "must not be null", "null");
    }

    void range(String setting, long value, long least, long most) {
        String rule = least == 1 && most >= Integer.MAX_VALUE
                ? "must be positive"
                : least == 0 && most >= Integer.MAX_VALUE
                        ? "must not be negative"
                        : "must be from " + least + " to " + most;
        require(value >= least && value <= most, setting, rule, value);
    }

    boolean positive(String setting, @Nullable Duration value) {
        return present(setting, value)
                && require(!value.isNegative() && !value.isZero(), setting, "must be positive", value)
                && require(value.compareTo(LONGEST) <= 0, setting, "must be at most 365 days", value);
    }

    boolean notNegative(String setting, @Nullable Duration value) {
        return present(setting, value)
                && require(!value.isNegative(), setting, "must not be negative", value)
                && require(value.compareTo(LONGEST) <= 0, setting, "must be at most 365 days", value);
    }

    boolean require(boolean holds, String setting, String rule, Object value) {
        if (!holds) {
            found.add(new ConfigProblem(setting, rule, String.valueOf(value)));
        }
        return holds;
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigException(found);
        }
    }
}
