package io.burrow.it.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** The first segment of a partition's log, in the directory of a broker that is down. */
final class SegmentFile {
    /** Base offset and length of what follows. */
    private static final int BATCH_START_BYTES = 12;

    private final Path directory;
    private final Path file;

    SegmentFile(Path brokerDirectory, String topic, int partition) {
        this.directory = brokerDirectory.resolve("data").resolve(topic + "-" + partition);
        this.file = directory.resolve("00000000000000000000.log");
    }

    /** Changes the last byte of the batch that begins at an offset: its checksum does not fit any more. */
    void damage(long baseOffset) throws IOException {
        try (FileChannel channel = open()) {
            long last = endOf(channel, position(channel, baseOffset)) - 1;
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, last);
            one.put(0, (byte) ~one.get(0)).flip();
            channel.write(one, last);
        }
    }

    /** Cuts the log off before the batch that begins at an offset. */
    void truncate(long baseOffset) throws IOException {
        try (FileChannel channel = open()) {
            channel.truncate(position(channel, baseOffset));
        }
        // what was written of the part that is gone is built anew
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.toList()) {
                String name = each.getFileName().toString();
                if (name.endsWith("index") || name.endsWith(".snapshot")) {
                    Files.delete(each);
                }
            }
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private long position(FileChannel channel, long baseOffset) throws IOException {
        for (long position = 0; position < channel.size(); position = endOf(channel, position)) {
            if (start(channel, position).getLong(0) == baseOffset) {
                return position;
            }
        }
        throw new IllegalArgumentException("no batch of " + file + " begins at offset " + baseOffset);
    }

    private static long endOf(FileChannel channel, long position) throws IOException {
        return position + BATCH_START_BYTES + start(channel, position).getInt(Long.BYTES);
    }

    private static ByteBuffer start(FileChannel channel, long position) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(BATCH_START_BYTES);
        channel.read(start, position);
        return start;
    }
}
