package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TerminalException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.jspecify.annotations.Nullable;

/**
 * The topics that outputs go to. Looked for when a handler first names one: a topic that is not there then fails the
 * record that wants it, and not, later, the transaction of many. It also spares the loop the waiting for metadata. Any
 * thread.
 */
final class OutputTopics {
    private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

    private volatile @Nullable Producer<?, ?> producer;

    void opened(Producer<?, ?> made) {
        producer = made;
    }

    /** Returns if the topic is known to have the partition. */
    void require(String topic, @Nullable Integer partition) {
        int known = partitions.getOrDefault(topic, 0);
        if (known == 0 || partition != null && partition >= known) {
            known = ask(topic);
            partitions.put(topic, known);
        }
        if (partition != null && partition >= known) {
            throw new TerminalException(
                    "an output is for partition " + partition + " of the topic " + topic + ", which has " + known);
        }
    }

    private int ask(String topic) {
        Producer<?, ?> current = producer;
        if (current == null) {
            throw new BurrowException(
                    ErrorCode.NOT_STARTED, "the source that these transactions were given to is not open");
        }
        @Nullable List<PartitionInfo> found;
        try {
            found = current.partitionsFor(topic);
        } catch (RuntimeException e) {
            throw failure(topic, e);
        }
        if (found == null || found.isEmpty()) {
            throw failure(topic, null);
        }
        return found.size();
    }

    private static RuntimeException failure(String topic, @Nullable RuntimeException cause) {
        if (cause != null && SourceFailures.find(cause, AuthorizationException.class) != null) {
            return new BurrowException(
                    ErrorCode.NOT_AUTHORIZED, "this producer lacks the right to describe the topic " + topic, cause);
        }
        if (cause != null && SourceFailures.find(cause, InvalidTopicException.class) != null) {
            return new TerminalException("an output is for " + topic + ", which no topic can be named", cause);
        }
        return new BurrowException(ErrorCode.TOPIC_MISSING, "the topic of an output was not found: " + topic, cause);
    }
}
