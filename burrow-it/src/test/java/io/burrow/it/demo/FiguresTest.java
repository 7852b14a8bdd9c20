package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {

    private static final DemoFigures WITH_MANY =
            new DemoFigures(19.9, 100, 1_990.004, 1_000, 19_850.0, 4, 1, 5_000, 0, 321);
    private static final DemoFigures WITHOUT = new DemoFigures(20, 100, 1_990, 1_000, null, 4, 1, 5_000, 0, 321);

    @Test
    void json_hasEachFigureAsANumber() throws IOException {
        JsonNode json = new ObjectMapper().readTree(FiguresJson.of(WITH_MANY));

        assertThat(json.properties()).allMatch(field -> field.getValue().isNumber());
        assertThat(json.get("serial_per_s").doubleValue()).isEqualTo(19.9);
        assertThat(json.get("burrow_per_s").doubleValue()).isEqualTo(1_990.0);
        assertThat(json.get("speedup").doubleValue()).isEqualTo(100.0);
        assertThat(json.get("burrow_1000_per_s").doubleValue()).isEqualTo(19_850.0);
        assertThat(json.get("lost").longValue()).isZero();
        assertThat(json.get("redelivered").longValue()).isEqualTo(321);
        assertThat(json.get("dead_lettered").longValue()).isEqualTo(1);
    }

    @Test
    void json_partLeftOut_hasNoField() throws IOException {
        JsonNode json = new ObjectMapper().readTree(FiguresJson.of(WITHOUT));

        assertThat(json.properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("serial_per_s", "burrow_per_s", "speedup", "lost", "redelivered", "dead_lettered");
    }

    @Test
    void write_existingFile_replacesIt(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("figures.json");
        Files.writeString(file, "x".repeat(10_000));

        FiguresJson.write(WITHOUT, file);

        assertThat(file).hasContent(FiguresJson.of(WITHOUT));
    }

    @Test
    void table_saysRatesAndCounts() throws IOException {
        List<String> lines = FiguresTable.of(WITH_MANY);

        assertThat(lines).anySatisfy(line -> assertThat(line).matches("Burrow, 100 workers +1,990.0 +100.0"));
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("Burrow, 1,000 workers +19,850.0 +997.5"));
        assertThat(lines).anySatisfy(line -> assertThat(line).endsWith("lost 0, redelivered 321"));
    }

    @Test
    void table_partLeftOut_saysWhy() {
        assertThat(FiguresTable.of(WITHOUT)).anySatisfy(line -> assertThat(line).contains("needs Java 21"));
    }

    @Test
    void sound_lostRecordOrNoDeadLetter_isFalse() {
        assertThat(WITHOUT.sound()).isTrue();
        assertThat(new DemoFigures(20, 100, 1_990, 1_000, null, 4, 1, 5_000, 1, 0).sound())
                .isFalse();
        assertThat(new DemoFigures(20, 100, 1_990, 1_000, null, 4, 0, 5_000, 0, 0).sound())
                .isFalse();
        assertThat(new DemoFigures(20, 100, 1_990, 1_000, null, 4, 2, 5_000, 0, 0).sound())
                .isFalse();
    }
}
