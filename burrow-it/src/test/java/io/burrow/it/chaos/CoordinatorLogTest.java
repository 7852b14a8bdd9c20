package io.burrow.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorLogTest {
    private static final String LOST =
            "02:13:29 ERROR The state machine of the coordinator __consumer_offsets-3 is out of sync with the underlying log.\n";

    @TempDir
    private Path directory;

    private Path one;
    private Path other;

    @BeforeEach
    void files() throws IOException {
        one = Files.writeString(directory.resolve("1"), "started\n");
        other = Files.writeString(directory.resolve("2"), "");
    }

    @Test
    void ordinaryErrors_areNone() throws IOException {
        CoordinatorLog log = new CoordinatorLog(List.of(one, other));
        append(other, "02:13:28 ERROR Unable to cleanup state: the coordinator is loading\n");
        assertThat(log.lost()).isNull();
    }

    @Test
    void lossOfAnyBroker_isTold() throws IOException {
        CoordinatorLog log = new CoordinatorLog(List.of(one, other));
        append(other, LOST);
        assertThat(log.lost()).isEqualTo(LOST.strip());
    }

    @Test
    void lossBefore_doesNotCount_butOneAfterItDoes() throws IOException {
        append(one, LOST);
        CoordinatorLog log = new CoordinatorLog(List.of(one, other));
        assertThat(log.lost()).isNull();
        append(one, LOST.replace("-3", "-1"));
        assertThat(log.lost()).contains("__consumer_offsets-1");
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }
}
