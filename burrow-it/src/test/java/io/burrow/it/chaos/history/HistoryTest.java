package io.burrow.it.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final List<Event> ALL = List.of(
            new Event.Built(1),
            new Event.Assigning(2, 3),
            new Event.Assigned(3, 3),
            new Event.Started(4, 3, 70, 2, "k1"),
            new Event.Failed(5, 3, 70),
            new Event.Ended(6, 3, 71),
            new Event.DeadLettered(7, 3, 70),
            new Event.Committed(8, 3, 72),
            new Event.Unanswered(8, 3, 73),
            new Event.Reset(9, 3, 72, 80),
            new Event.Revoked(10, 3),
            new Event.Lost(11, 4),
            new Event.PollGap(12, 3_500),
            new Event.LatePoll(12, 5_500),
            new Event.GaveUp(13, "SOURCE_FAILED"),
            new Event.Closed(14, true, false, List.of()),
            new Event.Closed(15, false, true, List.of("one", "another_one")));

    @TempDir
    private Path directory;

    @Test
    void whatIsWritten_isRead() throws IOException {
        Path file = directory.resolve("m1");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            ALL.forEach(writer::write);
        }

        assertThat(History.read(file)).isEqualTo(new History("m1", ALL));
    }

    @Test
    void everyKindOfEvent_isAmongThem() {
        assertThat(ALL.stream().map(Object::getClass).distinct()).hasSize(Event.class.getPermittedSubclasses().length);
    }

    @Test
    void write_isInTheFileWithoutAClose() throws IOException {
        Path file = directory.resolve("m1");
        try (HistoryWriter writer = new HistoryWriter(file)) {
            writer.write(new Event.Built(1));

            assertThat(History.read(file).events()).containsExactly(new Event.Built(1));
        }
    }

    @Test
    void lineThatAKillCutOff_isLeftOut() throws IOException {
        Path file = directory.resolve("m1");
        Files.writeString(file, "Built 1\nEnded 2 3 4");

        assertThat(History.read(file).events()).containsExactly(new Event.Built(1));
    }

    @Test
    void lineThatIsNoEvent_isRefused() throws IOException {
        Path file = directory.resolve("m1");
        Files.writeString(file, "Ended 2 3\n", StandardOpenOption.CREATE);

        assertThatThrownBy(() -> History.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an event: Ended 2 3");
    }
}
