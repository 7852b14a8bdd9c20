package io.burrow.metrics.prometheus;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The text formats that {@code /metrics} offers, and which of them a client wants. */
enum MetricsFormat {
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    MetricsFormat(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /**
     * OpenMetrics if the {@code Accept} header names it and does not prefer {@code text/plain}, else the older format,
     * which everything can read. See RFC 9110, section 12.5.1.
     */
    static MetricsFormat accepted(@Nullable String accept) {
        if (accept == null) {
            return PROMETHEUS;
        }
        double openMetrics = 0;
        double plain = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = range.split(";", -1);
            String type = parts[0].strip();
            if (type.equals("application/openmetrics-text")) {
                openMetrics = Math.max(openMetrics, weight(parts));
            } else if (type.equals("text/plain")) {
                plain = Math.max(plain, weight(parts));
            }
        }
        return openMetrics > 0 && openMetrics >= plain ? OPEN_METRICS : PROMETHEUS;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0; // not understood is not wanted
                }
            }
        }
        return 1;
    }
}
