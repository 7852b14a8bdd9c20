package io.burrow.it.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report as a JSON object. */
public final class BenchJson {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private BenchJson() {}

    /**
     * Writes the object, which ends with a line feed.
     *
     * @param report what to write
     * @param file where to; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public static void write(BenchReport report, Path file) throws IOException {
        Files.writeString(file, of(report));
    }

    static String of(BenchReport report) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("machine", report.machine());
        fields.put("cases", report.figures().stream().map(BenchJson::figure).toList());
        fields.put("budget", Budget.of(report).stream().map(BenchJson::row).toList());
        return MAPPER.writeValueAsString(fields) + "\n";
    }

    private static Map<String, @Nullable Object> figure(Figure figure) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("case", figure.benchCase().name());
        fields.put("arm", figure.arm().id());
        fields.put("records_per_s", number(figure.median().recordsPerSecond()));
        fields.put("bytes_per_record", number(figure.median().bytesPerRecord()));
        fields.put("cpu_us_per_record", number(figure.median().cpuMicrosPerRecord()));
        fields.put("p99_us", number(figure.median().p99Micros()));
        Double redelivered = number(figure.median().redelivered());
        if (redelivered != null) {
            fields.put("redelivered", redelivered);
        }
        return fields;
    }

    private static Map<String, @Nullable Object> row(Budget.Row row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("row", row.row());
        fields.put("value", number(row.value()));
        fields.put("goal", row.goal());
        fields.put("met", row.met());
        return fields;
    }

    /** To three places; null for what was not measured. */
    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? Math.round(value * 1_000) / 1_000.0 : null;
    }
}
