package io.burrow.it.chaos.history;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Appends events to a file, each in one write to the system before {@link #write} returns: a process that is killed
 * afterwards has written it. What one thread writes after it saw the effect of another's event follows that event in
 * the file. Any thread.
 */
public final class HistoryWriter implements Closeable {

    private final FileOutputStream file;

    /**
     * Opens the file of a member, made anew.
     *
     * @param file where to write
     * @throws IOException if it cannot be made
     */
    public HistoryWriter(Path file) throws IOException {
        this.file = new FileOutputStream(file.toFile(), true);
    }

    /**
     * The time for an event.
     *
     * @return microseconds since 1970
     */
    public static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /**
     * Writes an event down.
     *
     * @param event what is about to happen
     * @throws UncheckedIOException if that fails; what was to happen must not
     */
    public void write(Event event) {
        try {
            file.write((EventText.of(event) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException("an event was not written down", failure);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
