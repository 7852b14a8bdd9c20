package io.burrow.it.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of a {@link Growth} as a JSON object. */
public final class GrowthJson {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private GrowthJson() {}

    /**
     * Writes the object, which ends with a line feed.
     *
     * @param result what to write
     * @param file where to; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public static void write(Growth.Result result, Path file) throws IOException {
        Files.writeString(file, of(result));
    }

    static String of(Growth.Result result) throws IOException {
        List<Map<String, Number>> stages = new ArrayList<>();
        for (Growth.Stage stage : result.stages()) {
            Map<String, Number> fields = new LinkedHashMap<>();
            fields.put("processes", stage.processes());
            fields.put("records_per_s", Math.round(stage.perSecond()));
            stages.add(fields);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("stages", stages);
        all.put("records", result.records());
        all.put("lost", result.lost());
        all.put("redelivered", result.redelivered());
        return MAPPER.writeValueAsString(all) + "\n";
    }
}
