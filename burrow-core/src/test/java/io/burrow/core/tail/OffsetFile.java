package io.burrow.core.tail;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commit points in a small file of properties, which is replaced as a whole: after a crash it is the old one or the new
 * one. Loop thread only.
 */
final class OffsetFile implements OffsetCommitter {
    private static final int METADATA_LIMIT = 20_000;

    private final Path file;
    private final Set<TopicPartition> assigned;

    /** Makes a committer. The set is a view of what may be committed now. */
    OffsetFile(Path file, Set<TopicPartition> assigned) {
        this.file = file;
        this.assigned = assigned;
    }

    /** What is stored for a partition, or null. */
    @Nullable
    CommitPoint read(TopicPartition partition) {
        Properties stored = load();
        String offset = stored.getProperty(partition + ".offset");
        return offset == null
                ? null
                : new CommitPoint(
                        Long.parseLong(offset),
                        Integer.parseInt(stored.getProperty(partition + ".epoch")),
                        stored.getProperty(partition + ".metadata"));
    }

    @Override
    public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
        Map<TopicPartition, CommitOutcome> outcomes = new HashMap<>();
        try {
            Properties stored = load();
            points.forEach((partition, point) -> {
                if (!assigned.contains(partition)) {
                    outcomes.put(partition, CommitOutcome.NOT_OWNED);
                } else if (point.metadata().length() > METADATA_LIMIT) {
                    outcomes.put(partition, CommitOutcome.REJECTED);
                } else {
                    stored.setProperty(partition + ".offset", Long.toString(point.offset()));
                    stored.setProperty(partition + ".epoch", Integer.toString(point.leaderEpoch()));
                    stored.setProperty(partition + ".metadata", point.metadata());
                    outcomes.put(partition, CommitOutcome.COMMITTED);
                }
            });
            replace(stored);
            return new CommitResult(outcomes, null);
        } catch (IOException | UncheckedIOException e) {
            return CommitResult.all(points.keySet(), CommitOutcome.RETRY, e);
        }
    }

    @Override
    public int metadataLimit() {
        return METADATA_LIMIT;
    }

    private Properties load() {
        Properties stored = new Properties();
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                stored.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return stored;
    }

    private void replace(Properties stored) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (OutputStream out = Files.newOutputStream(
                next,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC)) {
            stored.store(out, null);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
