package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.RetryAfterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class PrintWorkTest {
    @Test
    void value_followsItsPosition() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintWork work = new PrintWork(out);

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

    @Test
    void readerGone_endsTheWork_andPrintsNoMore() {
        PrintWork work = new PrintWork(failing("Broken pipe"));

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "1"))).isInstanceOf(RetryAfterException.class);
        assertThat(work.gone()).isCompleted();
        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "2"))).isInstanceOf(RetryAfterException.class);
    }

    @Test
    void diskFull_cannotWork() {
        PrintWork work = new PrintWork(failing("No space left on device"));

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "1")))
                .isInstanceOf(CannotWorkException.class)
                .hasMessageContaining("No space left on device");
        assertThat(work.gone()).isNotDone();
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
