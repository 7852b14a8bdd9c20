package io.burrow.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a topic that was deleted and made anew under its name while it is read. Loop thread only.
 *
 * <p>The client notices if it looks in between. If it does not, it goes on in the new topic at the position that it had
 * in the old one, and what lies below is never read: the offsets themselves show nothing, when the new log is long
 * enough. Only the topic's id tells. It is asked for when a partition is assigned, and again once in an interval,
 * without waiting for the answer.
 */
final class TopicWatch {
    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);

    private final @Nullable Supplier<TopicIds> making;
    private final long intervalNanos;
    private final LongSupplier nanoClock;

    private @Nullable TopicIds ids;
    private boolean givenUp;
    /** Also of topics that nothing is assigned of now. */
    private final Map<String, Uuid> known = new HashMap<>();

    private Map<String, KafkaFuture<Uuid>> asked = Map.of();
    private long lastAskedNanos;

    /**
     * Makes a watch that has asked nothing yet.
     *
     * @param making makes what is asked, once; null if nothing can be asked
     * @param intervalNanos how long between two questions; 0 asks nothing at all
     * @param nanoClock readings of a clock that never goes back
     */
    TopicWatch(@Nullable Supplier<TopicIds> making, long intervalNanos, LongSupplier nanoClock) {
        this.making = making;
        this.intervalNanos = intervalNanos;
        this.nanoClock = nanoClock;
    }

    /**
     * Takes the answers that came, and asks if it is time.
     *
     * @return the partitions whose topic is another one than when they were assigned
     */
    List<HeldPartition> look(Assignment assignment) {
        if (making == null || intervalNanos == 0 || givenUp) {
            return List.of();
        }
        List<HeldPartition> other = new ArrayList<>();
        if (!asked.isEmpty() && asked.values().stream().allMatch(KafkaFuture::isDone)) {
            asked.forEach((topic, answer) -> {
                Uuid id = answer(answer);
                if (id != null) {
                    Uuid before = known.put(topic, id);
                    other.addAll(otherThan(before, id, assignment.select(each -> isOf(topic, each))));
                }
            });
            asked = Map.of();
        }
        if (asked.isEmpty()) {
            ask(assignment);
        }
        return other;
    }

    private static boolean isOf(String topic, HeldPartition partition) {
        return partition.announced && partition.key.topic().equals(topic);
    }

    /**
     * Those that were assigned while the topic was another one, and those that were assigned since but began at what is
     * committed: this member may have committed it before it knew, for the new topic but with an offset of the old.
     */
    private static List<HeldPartition> otherThan(@Nullable Uuid before, Uuid id, List<HeldPartition> partitions) {
        List<HeldPartition> other = new ArrayList<>();
        for (HeldPartition partition : partitions) {
            boolean changed = before != null && !before.equals(id);
            boolean since = partition.topicId == null;
            if (changed && (since ? partition.fromCommitted : !id.equals(partition.topicId))) {
                other.add(partition);
            }
            partition.topicId = id;
        }
        return other;
    }

    private void ask(Assignment assignment) {
        List<HeldPartition> announced = assignment.select(partition -> partition.announced);
        long now = nanoClock.getAsLong();
        boolean fresh = announced.stream().anyMatch(partition -> !partition.topicAsked);
        if (announced.isEmpty() || !fresh && now - lastAskedNanos < intervalNanos) {
            return;
        }
        lastAskedNanos = now;
        Set<String> topics = new TreeSet<>();
        for (HeldPartition partition : announced) {
            partition.topicAsked = true;
            topics.add(partition.key.topic());
        }
        try {
            asked = opened().ask(topics);
        } catch (RuntimeException e) {
            givenUp = true;
            log.warn(
                    "Topics that are deleted and made anew cannot be told from the old ones: {}",
                    e.getClass().getName());
        }
    }

    private TopicIds opened() {
        TopicIds made = ids;
        if (made == null) {
            made = Objects.requireNonNull(making).get();
            ids = made;
        }
        return made;
    }

    /** Null if there is none, or it is not known: a topic that is away right now, or brokers that do not answer. */
    private static @Nullable Uuid answer(KafkaFuture<Uuid> answer) {
        try {
            return answer.get();
        } catch (ExecutionException | RuntimeException e) {
            return null;
        } catch (InterruptedException e) { // it is done: nobody waits
            Thread.currentThread().interrupt();
            return null;
        }
    }

    void close() {
        if (ids != null) {
            ids.close();
        }
    }
}
