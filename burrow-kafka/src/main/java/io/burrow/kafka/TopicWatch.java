package io.burrow.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * enough. It may even commit such an offset, and begin there when the partition is assigned again. Only the topic's id
 * tells. It is asked for when the source is opened, when a topic is first assigned, and then once in an interval,
 * without waiting for the answer. All that is assigned of a topic with another id than before has to begin anew: some
 * of it may have done so already, and is read twice.
 */
final class TopicWatch {
    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(1);

    private final @Nullable Supplier<TopicIds> making;
    private final long intervalNanos;
    private final LongSupplier nanoClock;

    /** Also of topics that nothing is assigned of now. */
    private final Map<String, Uuid> known = new HashMap<>();

    private final Set<String> everAsked = new HashSet<>();
    private Map<String, KafkaFuture<Uuid>> asked = Map.of();
    private @Nullable TopicIds ids;
    private boolean givenUp;
    private long lastAskedNanos;

    /**
     * Makes a watch that has asked nothing yet.
     *
     * @param making makes what is asked, once; null if nothing can be asked
     * @param interval how long between two questions; zero asks nothing at all
     * @param nanoClock readings of a clock that never goes back
     */
    TopicWatch(@Nullable Supplier<TopicIds> making, Duration interval, LongSupplier nanoClock) {
        this.making = making;
        this.intervalNanos = Durations.nanos(interval);
        this.nanoClock = nanoClock;
    }

    /** Finds out which topics there are before anything of them is read, if that can be had soon. */
    void open(Set<String> topics, Deadline deadline) {
        if (isOff() || topics.isEmpty()) {
            return;
        }
        ask(topics);
        Deadline patience = deadline.within(FIRST_ANSWER);
        for (KafkaFuture<Uuid> answer : asked.values()) {
            try {
                answer.get(patience.leftAtLeastOneMilli().toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                log.debug("The ids of {} are not known yet: {}", topics, e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // whoever opens finds out by itself
            }
        }
        take();
    }

    /**
     * Takes the answers that came, and asks if it is time.
     *
     * @return the partitions whose topic is another one than before
     */
    List<HeldPartition> look(Assignment assignment) {
        if (isOff()) {
            return List.of();
        }
        Set<String> other = take();
        if (asked.isEmpty()) {
            Set<String> topics = new TreeSet<>();
            assignment.select(partition -> partition.announced).forEach(each -> topics.add(each.key.topic()));
            boolean fresh = !everAsked.containsAll(topics);
            if (!topics.isEmpty() && (fresh || nanoClock.getAsLong() - lastAskedNanos >= intervalNanos)) {
                ask(topics);
            }
        }
        return other.isEmpty()
                ? List.of()
                : assignment.select(partition -> partition.announced && other.contains(partition.key.topic()));
    }

    private boolean isOff() {
        return making == null || intervalNanos == 0 || givenUp;
    }

    /** Returns the topics that are other ones than before, once all answers are there. */
    private Set<String> take() {
        Set<String> other = new TreeSet<>();
        if (asked.values().stream().allMatch(KafkaFuture::isDone)) {
            asked.forEach((topic, answer) -> {
                Uuid id = answer(answer);
                if (id != null) {
                    Uuid before = known.put(topic, id);
                    if (before != null && !before.equals(id)) {
                        other.add(topic);
                    }
                }
            });
            asked = Map.of();
        }
        return other;
    }

    private void ask(Set<String> topics) {
        lastAskedNanos = nanoClock.getAsLong();
        everAsked.addAll(topics);
        try {
            TopicIds made = ids;
            if (made == null) {
                made = Objects.requireNonNull(making).get();
                ids = made;
            }
            asked = made.ask(topics);
        } catch (RuntimeException e) {
            givenUp = true;
            log.warn(
                    "Topics that are deleted and made anew cannot be told from the old ones: {}",
                    e.getClass().getName());
        }
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
