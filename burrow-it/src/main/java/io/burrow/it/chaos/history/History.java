package io.burrow.it.chaos.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one member of the group wrote down, in order.
 *
 * @param member its name
 * @param events from first to last
 */
public record History(String member, List<Event> events) {

    /** Copies the list. */
    public History {
        events = List.copyOf(events);
    }

    /**
     * Reads a file of a {@link HistoryWriter}. A last line without an end is left out: its process was killed while it
     * wrote, and what was to follow did not happen.
     *
     * @param file the file, whose name is the member's
     * @return its events
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line is no event
     */
    public static History read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        List<Event> events = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            events.add(EventText.parse(text.substring(from, end)));
            from = end + 1;
        }
        return new History(String.valueOf(file.getFileName()), events);
    }
}
