package io.burrow.it.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What one process measured. NaN where it did not.
 *
 * @param recordsPerSecond the steady rate
 * @param firstPerSecond the rate of the first ten seconds
 * @param bytesPerRecord allocated by all threads; of a case about heap, what a record that waits keeps
 * @param cpuMicrosPerRecord processor time of all threads
 * @param p50Micros the median of the times of records
 * @param p99Micros the 99th percentile of them
 * @param p999Micros the 99.9th percentile of them
 * @param redelivered how many records came again that a process had done which was killed
 */
record Measurement(
        double recordsPerSecond,
        double firstPerSecond,
        double bytesPerRecord,
        double cpuMicrosPerRecord,
        double p50Micros,
        double p99Micros,
        double p999Micros,
        double redelivered) {

    private static final double NONE = Double.NaN;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * Reads the line that a process of {@link io.burrow.it.bench.arm.ArmRun} printed.
     *
     * @throws BenchException if it is no such line, or nothing was done in the span
     */
    static Measurement parse(String line) {
        JsonNode json;
        try {
            json = MAPPER.readTree(line);
        } catch (JsonProcessingException failure) {
            throw new BenchException("not a measurement: " + line, failure);
        }
        double held = json.path("held").asDouble(0);
        if (held > 0) {
            return new Measurement(NONE, NONE, number(json, "heap_bytes") / held, NONE, NONE, NONE, NONE, NONE);
        }
        if (json.has("redelivered")) {
            return new Measurement(NONE, NONE, NONE, NONE, NONE, NONE, NONE, number(json, "redelivered"));
        }
        double records = json.path("records").asDouble(0);
        double nanos = json.path("nanos").asDouble(0);
        if (!(records > 0 && nanos > 0)) {
            throw new BenchException("nothing was done in the time that counts, more records are needed: " + line);
        }
        return new Measurement(
                records * 1e9 / nanos,
                number(json, "first_per_s"),
                number(json, "allocated_bytes") / records,
                number(json, "cpu_nanos") / 1_000 / records,
                number(json, "p50_us"),
                number(json, "p99_us"),
                number(json, "p999_us"),
                NONE);
    }

    private static double number(JsonNode json, String name) {
        return json.path(name).asDouble(Double.NaN);
    }

    /** For whoever waits for the report. */
    @Override
    public String toString() {
        if (!Double.isNaN(redelivered)) {
            return Math.round(redelivered) + " records came again";
        }
        return Double.isNaN(recordsPerSecond)
                ? Math.round(bytesPerRecord) + " B of heap per record"
                : Math.round(recordsPerSecond) + " records/s";
    }
}
