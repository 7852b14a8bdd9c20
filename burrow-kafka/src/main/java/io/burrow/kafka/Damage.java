package io.burrow.kafka;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.jspecify.annotations.Nullable;

/**
 * A batch that the client cannot read.
 *
 * <p>The client has no exception of its own for it: it throws a {@link KafkaException} whose message alone names the
 * partition, again at every poll. Only a partition that the consumer has is believed to be meant.
 *
 * @param partition where it is
 * @param offset the next offset that would have been handed over; the batch begins there or before
 */
record Damage(TopicPartition partition, long offset) {
    private static final Pattern SAID = Pattern.compile("fetching the next record from (\\S+)\\. |"
            + "Record (?:batch )?for partition (\\S+) at offset|"
            + "corrupt message when fetching offset \\d+ for topic-partition (\\S+)");

    /** Returns what is damaged, or null if it is something else that was thrown. */
    static @Nullable Damage of(Throwable thrown, Consumer<?, ?> consumer) {
        Set<TopicPartition> assigned = consumer.assignment();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            for (TopicPartition partition : assigned) {
                if (means(t, partition)) {
                    return new Damage(partition, consumer.position(partition, Duration.ZERO));
                }
            }
        }
        return null;
    }

    private static boolean means(Throwable thrown, TopicPartition partition) {
        if (thrown instanceof RecordDeserializationException undecodable) {
            return undecodable.topicPartition().equals(partition);
        }
        if (!(thrown instanceof KafkaException) || thrown.getMessage() == null) {
            return false;
        }
        Matcher said = SAID.matcher(thrown.getMessage());
        String name = partition.toString();
        while (said.find()) {
            if (name.equals(said.group(1)) || name.equals(said.group(2)) || name.equals(said.group(3))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "a batch of records in " + partition + " at offset " + offset + " is damaged and cannot be read";
    }
}
