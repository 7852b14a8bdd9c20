package io.burrow.core.tail;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows files as they grow: a directory is a topic, the file {@code 3.log} in it is partition 3, a line is a record.
 * The offset of a record is the position of its first byte, so offsets have holes everywhere; lines that begin with
 * {@code #} are passed over. A line counts once its end is written. New files are found, files that were cut off are
 * read from their beginning, files that are gone are lost.
 *
 * <p>One process reads a directory for one file of offsets: there is no group to share it with.
 */
final class FileTailSource implements MessageSource<String, String> {
    private static final Pattern NAME = Pattern.compile("(\\d{1,9})\\.log");
    private static final long LOOK_AGAIN_MILLIS = 5;

    private final Path directory;
    private final String topic;
    private final OffsetFile offsets;

    private final Map<TopicPartition, Tail> tails = new TreeMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private @Nullable PartitionListener listener;
    private boolean closed;

    private final Object bell = new Object();
    private boolean rung; // guarded by bell; stays until a poll has seen it

    FileTailSource(Path directory, Path offsets) {
        this.directory = directory;
        this.topic = directory.getFileName().toString();
        this.offsets = new OffsetFile(offsets, tails.keySet());
    }

    @Override
    public void open(PartitionListener newListener) {
        if (listener != null) {
            throw new BurrowException(ErrorCode.ALREADY_STARTED, "this source was opened before");
        }
        if (!Files.isDirectory(directory)) {
            throw new BurrowException(ErrorCode.TOPIC_MISSING, "no directory " + directory);
        }
        listener = newListener;
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        PartitionListener told = listener;
        if (told == null || closed) {
            throw new BurrowException(ErrorCode.NOT_STARTED, "this source is not open");
        }
        try {
            long end = System.nanoTime() + timeout.toNanos();
            boolean news = look(told, receiver);
            while (!news && await(end)) {
                news = look(told, receiver);
            }
            silence();
        } catch (IOException e) {
            throw new BurrowException(ErrorCode.SOURCE_FAILED, "cannot read " + directory, e);
        }
    }

    /** Returns whether anything happened. */
    private boolean look(PartitionListener told, RecordReceiver<String, String> receiver) throws IOException {
        boolean news = find(told);
        for (Tail tail : List.copyOf(tails.values())) {
            if (tail.isGone()) {
                tails.remove(tail.partition);
                told.lost(List.of(tail.partition));
                news = true;
            } else if (tail.isCutOff()) {
                tail.position = 0;
                told.reset(tail.partition, 0);
                news = true;
            } else if (!paused.contains(tail.partition)) {
                long before = tail.position;
                List<LineRecord> lines = tail.read();
                if (tail.position > before) {
                    receiver.receive(tail.partition, lines.iterator(), tail.position);
                    news = true;
                }
            }
        }
        return news;
    }

    /** Assigns files that were not there before. Returns whether there are any. */
    private boolean find(PartitionListener told) throws IOException {
        List<AssignedPartition> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    TopicPartition partition = new TopicPartition(topic, Integer.parseInt(name.group(1)));
                    if (!tails.containsKey(partition)) {
                        CommitPoint committed = offsets.read(partition);
                        long position =
                                committed == null || committed.offset() > Files.size(file) ? 0 : committed.offset();
                        tails.put(partition, new Tail(partition, file, position));
                        found.add(new AssignedPartition(partition, position, committed));
                    }
                }
            }
        }
        if (!found.isEmpty()) {
            told.assigned(found);
        }
        return !found.isEmpty();
    }

    /** Waits until it is worth to look again. Returns false if the time is up or somebody rang. */
    private boolean await(long endNanos) {
        synchronized (bell) {
            long left = (endNanos - System.nanoTime()) / 1_000_000;
            if (rung || left <= 0) {
                return false;
            }
            try {
                bell.wait(Math.min(left, LOOK_AGAIN_MILLIS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !rung;
        }
    }

    private void silence() {
        synchronized (bell) {
            rung = false;
        }
    }

    @Override
    public void wakeup() {
        synchronized (bell) {
            rung = true;
            bell.notifyAll();
        }
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        partitions.stream().filter(tails::containsKey).forEach(paused::add);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(Set.copyOf(partitions));
    }

    /** Nobody takes files away from who does not poll. */
    @Override
    public Duration maxPollInterval() {
        return Duration.ofDays(1);
    }

    @Override
    public OffsetCommitter committer() {
        return offsets;
    }

    @Override
    public void close(Duration timeout) {
        if (closed) {
            return;
        }
        closed = true;
        PartitionListener told = listener;
        if (told != null && !tails.isEmpty()) {
            told.revoked(List.copyOf(tails.keySet()));
        }
        tails.clear();
    }

    /** A line as it stands in a file: for who writes one. */
    static void append(Path file, @Nullable String key, @Nullable String value) {
        try {
            Files.write(file, LineRecord.line(key, value), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
