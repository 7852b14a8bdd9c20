package io.burrow.it.run;

import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TopicPartition;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts for each record the attempts that a server put off to a later time: they use up no retries. Any thread. */
final class PutOffs {
    /**
     * Of a record that another member has now nothing is heard any more: the ones that were counted first are
     * forgotten. One that is forgotten too early has some retries fewer.
     */
    private static final int MOST_RECORDS = 100_000;

    private final Map<Position, Integer> counts = new LinkedHashMap<>();

    private record Position(TopicPartition partition, long offset) {}

    /**
     * Takes note of what came of an attempt.
     *
     * @param message the record
     * @param outcome why it is not done, or null if it is
     * @return the outcome; a failure tells how many attempts before it were put off
     */
    @Nullable
    Exception note(Message<?, ?> message, @Nullable Exception outcome) {
        boolean first = message.attempt() == 1;
        if (outcome == null && first) {
            return null; // as most are
        }
        Position position = new Position(message.topicPartition(), message.offset());
        synchronized (counts) {
            // what was counted before a first attempt was for a former delivery
            int before = first ? 0 : counts.getOrDefault(position, 0);
            if (outcome instanceof RetryAfterException) {
                counts.put(position, before + 1);
                if (counts.size() > MOST_RECORDS) {
                    counts.remove(counts.keySet().iterator().next());
                }
                return outcome;
            }
            if (outcome instanceof AttemptFailedException failed) {
                if (first) {
                    counts.remove(position);
                }
                return failed.after(before);
            }
            counts.remove(position);
            return outcome;
        }
    }
}
