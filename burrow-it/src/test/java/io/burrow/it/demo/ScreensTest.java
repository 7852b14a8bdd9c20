package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreensTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    @Test
    void live_secondView_isDrawnOverTheFirst() {
        Screen screen = new LiveScreen(out, new Picture(true, false), 120);

        screen.show(view(0));
        int first = written().length();
        screen.show(view(250));

        assertThat(written().substring(first)).startsWith("\u001b[3A\r\u001b[J  0.3 s");
    }

    @Test
    void live_line_takesTheDrawingsPlace() {
        Screen screen = new LiveScreen(out, new Picture(true, false), 120);

        screen.show(view(0));
        int first = written().length();
        screen.line("news");
        screen.show(view(250));

        assertThat(written().substring(first)).startsWith("\u001b[3A\r\u001b[J   news\n  0.3 s");
    }

    @Test
    void live_settledView_stays() {
        Screen screen = new LiveScreen(out, new Picture(true, false), 120);

        screen.show(view(0));
        screen.settle();
        int first = written().length();
        screen.line("news");

        assertThat(written().substring(first)).isEqualTo("   news\n");
    }

    @Test
    void plain_views_giveALineASecondWithoutEscapes() {
        Screen screen = new PlainScreen(out, new Picture(true, false), 120);

        for (int millis = 0; millis <= 1_900; millis += 100) {
            screen.show(view(millis));
        }

        assertThat(written().lines()).singleElement().asString().startsWith("  1.0 s");
        assertThat(written()).doesNotContain("\u001b");
    }

    @Test
    void plain_secondSecondAndEnd_drawThePartitions() {
        Screen screen = new PlainScreen(out, new Picture(true, false), 120);

        screen.show(view(0));
        screen.show(view(1_000));
        screen.show(view(2_000));
        screen.show(view(3_000));
        screen.settle();

        assertThat(written().lines().filter(line -> line.startsWith("    0 "))).hasSize(2);
    }

    private String written() {
        out.flush();
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static View view(int millis) {
        return new View(
                Duration.ofMillis(millis),
                20,
                millis / 50,
                1,
                1,
                List.of(new PartitionView(0, 0, 0, 10, List.of(Cell.RUNNING))));
    }
}
