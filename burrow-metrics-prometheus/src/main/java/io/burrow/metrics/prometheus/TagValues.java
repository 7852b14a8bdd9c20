package io.burrow.metrics.prometheus;

import java.util.Locale;

/** How constants appear as values of tags. */
final class TagValues {
    private TagValues() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
