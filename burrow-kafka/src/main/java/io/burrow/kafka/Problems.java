package io.burrow.kafka;

import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects all that is wrong with a builder's settings, to report it at once. Never takes a raw property: it may be a
 * secret.
 */
final class Problems {
    private final List<ConfigProblem> problems = new ArrayList<>();
    private ErrorCode code = ErrorCode.CONFIG_INVALID;

    void add(String setting, String rule, String value) {
        problems.add(new ConfigProblem(setting, rule, value));
    }

    void add(ErrorCode as, String setting, String rule, String value) {
        code = as;
        add(setting, rule, value);
    }

    void require(boolean holds, String setting, String rule, Object value) {
        if (!holds) {
            add(setting, rule, String.valueOf(value));
        }
    }

    void requirePositive(String setting, @Nullable Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            add(setting, "must be positive", String.valueOf(value));
        }
    }

    /** What can be told of a property's value without showing it. */
    static String describe(@Nullable Object value) {
        return value == null ? "none" : "a " + value.getClass().getSimpleName();
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new ConfigException(code, problems);
        }
    }
}
