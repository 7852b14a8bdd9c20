package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.RetryAfterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintWorkTest {
    @Test
    void value_followsItsPosition() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintWork work = new PrintWork(out, true);

        work.handler().handle(Record.of("k", "{\"name\": \"Zoë\"}"));
        work.handler().handle(Record.of("k", ""));
        work.handler().handle(Record.of("k", null));

        assertThat(out.toString(UTF_8)).isEqualTo("orders-3@17\t{\"name\": \"Zoë\"}\norders-3@17\t\norders-3@17\n");
        assertThat(work.gone()).isNotDone();
    }

    @Test
    void controls_areNamed() {
        assertThat(PrintWork.line(Record.of(null, "a\tb\nc\r\u001b[2J\u202e\\")))
                .isEqualTo("orders-3@17\ta\\tb\\nc\\r\\u001b[2J\\u202e\\\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Broken pipe", "Datenübergabe unterbrochen (broken pipe)", "Connection reset by peer"})
    void readerGone_endsTheWork_andPrintsNoMore(String message) {
        PrintWork work = new PrintWork(failing(message), true);

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "1"))).isInstanceOf(RetryAfterException.class);
        assertThat(work.gone()).isCompleted();
        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "2"))).isInstanceOf(RetryAfterException.class);
    }

    @Test
    void diskFull_cannotWork() {
        PrintWork work = new PrintWork(failing("No space left on device"), false);

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "1")))
                .isInstanceOf(CannotWorkException.class)
                .hasMessageContaining("No space left on device");
        assertThat(work.gone()).isNotDone();
    }

    @Test
    void aPipeHasAReader_aFileAndADeviceHaveNone(@TempDir Path directory) throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThat(PrintWork.hasReader(pipe)).isTrue();
        assertThat(PrintWork.hasReader(Files.createFile(directory.resolve("file"))))
                .isFalse();
        assertThat(PrintWork.hasReader(Path.of("/dev/null"))).isFalse();
        assertThat(PrintWork.hasReader(directory.resolve("closed"))).isFalse();
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
