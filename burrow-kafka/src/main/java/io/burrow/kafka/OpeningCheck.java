package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out before subscribing whether the brokers, the topics and the group can be reached and used. */
final class OpeningCheck {
    private static final Logger log = LoggerFactory.getLogger(OpeningCheck.class);

    private final Consumer<?, ?> consumer;
    private final Wakeups wakeups;
    private final StartPositions starts;
    private final TopicWatch topics;
    private final SourceSettings settings;
    private final Deadline deadline;

    OpeningCheck(
            Consumer<?, ?> consumer,
            Wakeups wakeups,
            StartPositions starts,
            TopicWatch topics,
            SourceSettings settings) {
        this.consumer = consumer;
        this.wakeups = wakeups;
        this.starts = starts;
        this.topics = topics;
        this.settings = settings;
        this.deadline = Deadline.in(settings.openTimeout(), settings.nanoClock());
    }

    void run() {
        Set<String> found = settings.subscription().pattern() == null ? named() : matching();
        if (!found.isEmpty()) {
            coordinator(found.iterator().next());
            topics.open(found, deadline);
        }
    }

    private Set<String> named() {
        Set<String> missing = new TreeSet<>();
        for (String topic : settings.subscription().topics()) {
            @Nullable
            List<PartitionInfo> partitions = ask(
                    "looking for the topic " + topic,
                    () -> consumer.partitionsFor(topic, deadline.leftAtLeastOneMilli()));
            if (partitions == null || partitions.isEmpty()) {
                missing.add(topic);
            }
            starts.known(topic, partitions);
        }
        if (!missing.isEmpty()) {
            throw new BurrowException(
                    ErrorCode.TOPIC_MISSING, "these topics were not found at " + settings.servers() + ": " + missing);
        }
        return Set.copyOf(settings.subscription().topics());
    }

    private Set<String> matching() {
        Map<String, List<PartitionInfo>> existing =
                ask("listing topics", () -> consumer.listTopics(deadline.leftAtLeastOneMilli()));
        Set<String> matching = settings.subscription().matching(existing.keySet());
        matching.forEach(topic -> starts.known(topic, existing.get(topic)));
        if (matching.isEmpty()) {
            log.atWarn()
                    .addKeyValue("subscription", settings.subscription())
                    .log("No topic matches {} so far; one that appears later is read", settings.subscription());
        }
        return matching;
    }

    /** A group whose coordinator does not answer gets no partitions and no error, for as long as one cares to wait. */
    private void coordinator(String topic) {
        ask(
                "asking for the group's coordinator",
                () -> consumer.committed(Set.of(new TopicPartition(topic, 0)), deadline.leftAtLeastOneMilli()));
    }

    private <T> T ask(String doing, Supplier<T> question) {
        try {
            return wakeups.shielded(deadline, question);
        } catch (RuntimeException e) {
            throw SourceFailures.opening(e, settings.servers(), doing);
        }
    }
}
