package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prints each record as one line of UTF-8: its position, a tab, its value. Control characters are shown by their names,
 * so that a line stays one line and steers no terminal. When nobody reads the output any more, the work is over.
 */
public final class PrintWork implements Work {
    private static final Duration NOT_NOW = Duration.ofHours(1);

    /** Of the mode of a file, in POSIX's words: S_IFMT, S_IFIFO, S_IFSOCK. */
    private static final int KIND = 0xF000;

    private static final int PIPE = 0x1000;
    private static final int SOCKET = 0xC000;

    private final OutputStream out;
    private final boolean hasReader;
    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /**
     * Makes it.
     *
     * @param out where to print, unbuffered: a record is done when its line is written
     * @param hasReader whether somebody reads it, and is gone when it cannot be written
     */
    PrintWork(OutputStream out, boolean hasReader) {
        this.out = out;
        this.hasReader = hasReader;
    }

    /**
     * Makes one that prints to where this process does.
     *
     * @return it
     */
    public static PrintWork onStandardOutput() {
        return new PrintWork(new FileOutputStream(FileDescriptor.out), hasReader(Path.of("/dev/stdout")));
    }

    /** Whether it is a pipe or a socket. What cannot be written otherwise, such as a file, lacks space or a right. */
    static boolean hasReader(Path output) {
        try {
            int kind = (Integer) Files.getAttribute(output, "unix:mode") & KIND;
            return kind == PIPE || kind == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return false;
        }
    }

    @Override
    public AsyncMessageHandler<byte[], byte[]> handler() {
        return AsyncMessageHandler.of(this::print);
    }

    @Override
    public CompletableFuture<?> gone() {
        return gone;
    }

    private void print(Message<byte[], byte[]> message) throws CannotWorkException {
        byte[] line = line(message).getBytes(UTF_8);
        lock.lock();
        try {
            if (!gone.isDone()) {
                out.write(line);
                return;
            }
        } catch (IOException e) {
            if (!hasReader) {
                throw new CannotWorkException("standard output cannot be written (" + e.getMessage() + ")");
            }
            gone.complete(null);
        } finally {
            lock.unlock();
        }
        throw new RetryAfterException(NOT_NOW); // not printed: it stays unfinished
    }

    static String line(Message<byte[], byte[]> message) {
        StringBuilder line =
                new StringBuilder().append(message.topicPartition()).append('@').append(message.offset());
        byte[] value = message.value();
        if (value != null) {
            line.append('\t');
            new String(value, UTF_8).codePoints().forEach(c -> append(line, c));
        }
        return line.append('\n').toString();
    }

    private static void append(StringBuilder line, int c) {
        switch (c) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                    line.append(String.format("\\u%04x", c));
                } else {
                    line.appendCodePoint(c);
                }
            }
        }
    }
}
