package io.burrow.it.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The figures as a JSON object of numbers. */
public final class FiguresJson {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private FiguresJson() {}

    /**
     * Writes the object, which ends with a line feed.
     *
     * @param figures what to write
     * @param file where to; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public static void write(DemoFigures figures, Path file) throws IOException {
        Files.writeString(file, of(figures));
    }

    static String of(DemoFigures figures) throws IOException {
        Map<String, Number> fields = new LinkedHashMap<>();
        fields.put("serial_per_s", rounded(figures.plainPerSecond()));
        fields.put("burrow_per_s", rounded(figures.burrowPerSecond()));
        fields.put("speedup", rounded(figures.speedup()));
        Double many = figures.manyPerSecond();
        if (many != null) {
            fields.put("burrow_" + figures.manyWorkers() + "_per_s", rounded(many));
        }
        fields.put("lost", figures.lost());
        fields.put("redelivered", figures.redelivered());
        fields.put("dead_lettered", figures.deadLettered());
        return MAPPER.writeValueAsString(fields) + "\n";
    }

    private static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_UP);
    }
}
