package io.burrow.it.bench.arm;

import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What one process measured, over its span. */
final class Measures {

    private final StringBuilder json = new StringBuilder("{");

    /** Over two readings. */
    Measures(Reading from, Reading to, double firstSecondsRate, @Nullable Latency latency) {
        put("records", to.records() - from.records());
        put("nanos", to.nanos() - from.nanos());
        put("allocated_bytes", to.allocatedBytes() - from.allocatedBytes());
        put("cpu_nanos", to.cpuNanos() - from.cpuNanos());
        put("first_per_s", firstSecondsRate);
        if (latency != null) {
            Histogram times = latency.read();
            put("p50_us", times.getValueAtPercentile(50) / 1_000.0);
            put("p99_us", times.getValueAtPercentile(99) / 1_000.0);
            put("p999_us", times.getValueAtPercentile(99.9) / 1_000.0);
        }
    }

    /**
     * A JSON object of numbers, on one line. Written by hand: there is no library for it on the class path of Parallel
     * Consumer.
     */
    String json() {
        return json + "}";
    }

    private void put(String name, double value) {
        json.append(json.length() == 1 ? "" : ",");
        json.append('"').append(name).append("\":").append(String.format(Locale.ROOT, "%.3f", value));
    }

    /**
     * How far it is and what it has used.
     *
     * @param nanos when, by the clock of this process
     * @param records how many are done
     * @param allocatedBytes by all threads
     * @param cpuNanos by all threads
     */
    record Reading(long nanos, long records, long allocatedBytes, long cpuNanos) {
        static Reading of(Arm arm) {
            return new Reading(System.nanoTime(), arm.records(), Usage.allocatedBytes(), Usage.cpuNanos());
        }
    }
}
