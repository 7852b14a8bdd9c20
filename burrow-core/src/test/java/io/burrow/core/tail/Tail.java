package io.burrow.core.tail;

import io.burrow.api.TopicPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One file and how far it was read. Loop thread only. */
final class Tail {
    private static final int LEAST_BYTES = 16 * 1024;

    final TopicPartition partition;
    private final Path file;
    private int bytes = LEAST_BYTES;

    /** Where the next line begins. */
    long position;

    Tail(TopicPartition partition, Path file, long position) {
        this.partition = partition;
        this.file = file;
        this.position = position;
    }

    boolean isGone() {
        return !Files.exists(file);
    }

    boolean isCutOff() throws IOException {
        return Files.size(file) < position;
    }

    /** Reads the next whole lines, and moves the position behind them and behind what is no record. */
    List<LineRecord> read() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        try (SeekableByteChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.position(position);
            while (buffer.hasRemaining() && channel.read(buffer) > 0) {
                // on to the end of the buffer or of the file
            }
        }
        byte[] read = buffer.array();
        List<LineRecord> lines = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < buffer.position(); at++) {
            if (read[at] == '\n') {
                if (read[begin] != '#') {
                    lines.add(new LineRecord(partition, position + begin, Arrays.copyOfRange(read, begin, at)));
                }
                begin = at + 1;
            }
        }
        if (begin == 0 && !buffer.hasRemaining()) {
            bytes *= 2; // the line is longer than that
        }
        position += begin;
        return lines;
    }
}
