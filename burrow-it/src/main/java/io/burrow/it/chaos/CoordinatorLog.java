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
 * Whether a broker's group coordinator has lost what it knew of a group, for good. Killed and started again under load,
 * one of 4.4.0 was seen to serve a partition of {@code __consumer_offsets} of which it had loaded nothing. It says so
 * when it writes there next, and loads again: clients have to bear that. But what members wrote meanwhile contradicted
 * what stood there, so that the coordinator could not replay its own records of the group any more, and no member got
 * those partitions again. It says that too, and no client can do anything about it.
 */
final class CoordinatorLog {

    private static final String OUT_OF_SYNC = "is out of sync with the underlying log";
    private static final String CANNOT_REPLAY = "Replaying record";

    private final List<Path> logs;

    /** Over all that the brokers of a cluster have said and will say. */
    CoordinatorLog(List<Path> logs) {
        this.logs = List.copyOf(logs);
    }

    /**
     * The line in which a broker says that it cannot replay a record of the group, after it was out of sync, or null.
     */
    @Nullable
    String lost(String group) {
        for (Path log : logs) {
            String found = lost(log, "groupId='" + group + "'");
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable String lost(Path log, String ofGroup) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) { // whatever a killed one wrote
            return lines.filter(line -> line.contains(" ERROR "))
                    .dropWhile(line -> !line.contains(OUT_OF_SYNC))
                    .filter(line -> line.contains(CANNOT_REPLAY) && line.contains(ofGroup))
                    .findFirst()
                    .orElse(null);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + log, failure);
        }
    }
}
