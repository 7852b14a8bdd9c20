package io.burrow.kafka;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;

/** Asks the brokers which topic it is that has a name now. The consumer itself does not tell. */
interface TopicIds extends AutoCloseable {
    /**
     * Asks without waiting.
     *
     * @param topics the names
     * @return the answer to come for each, which fails if there is no such topic
     */
    Map<String, KafkaFuture<Uuid>> ask(Set<String> topics);

    /** Frees everything. Must not wait. */
    @Override
    void close();
}
