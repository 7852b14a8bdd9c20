package io.burrow.it.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a broker's group coordinator has lost what it knew. Killed and started again under load, one of 4.4.0 was
 * seen to serve a partition of {@code __consumer_offsets} of which it had loaded nothing: it says so when it writes
 * there next. The group is not found then, and what members write after that contradicts what stands in the partition,
 * so that it cannot be loaded any more and no member gets those partitions again. No client can do anything about it.
 */
final class CoordinatorLog {

    private static final String LOST = "is out of sync with the underlying log";

    private final List<Path> logs;
    private final long before;

    /** Begins now: what the logs hold already does not count. */
    CoordinatorLog(List<Path> logs) {
        this.logs = List.copyOf(logs);
        this.before = logs.stream().mapToLong(CoordinatorLog::count).sum();
    }

    /** The last line in which a coordinator says that it lost something since this was made, or null. */
    @Nullable
    String lost() {
        if (logs.stream().mapToLong(CoordinatorLog::count).sum() == before) {
            return null;
        }
        return logs.stream()
                .flatMap(log -> said(log).stream())
                .reduce((first, second) -> second)
                .orElse(null);
    }

    private static long count(Path log) {
        return said(log).size();
    }

    private static List<String> said(Path log) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) { // whatever a killed one wrote
            return lines.filter(line -> line.contains(LOST)).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + log, failure);
        }
    }
}
