package io.burrow.kafka;

import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a topic that was deleted and made anew under its name while it is read. Loop thread only.
 *
 * <p>The client notices if it looks in between. If it does not, it goes on in the new topic at the position that it had
 * in the old one, and what lies below is never read: the offsets themselves show nothing, when the new log is long
 * enough. Only the topic's id tells. It is asked for when the source is opened, when a topic is first assigned, and
 * then once in an interval, without waiting for the answer.
 *
 * <p>What is assigned of a topic that has another id than before has to begin anew. So has what is assigned within a
 * minute after that and begins at a committed offset: this member, or another that had not noticed yet, may have
 * committed it by the old position. Some of it may have begun anew already, and is then read twice.
 */
final class TopicWatch {
    private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);
    private static final long SETTLING_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(1);

    private final @Nullable Supplier<BrokerQuestions> making;
    private final long intervalNanos;
    private final LongSupplier nanoClock;

    /** Also of topics that nothing is assigned of now. */
    private final Map<String, Uuid> known = new HashMap<>();

    /** What became another topic a short time ago. */
    private final Map<String, Change> changes = new HashMap<>();

    private final Set<String> everAsked = new HashSet<>();
    private Map<String, KafkaFuture<Uuid>> asked = Map.of();
    private @Nullable BrokerQuestions questions;
    private boolean givenUp;
    private long lastAskedNanos;

    /**
     * A topic that became another one.
     *
     * @param atNanos when that was noticed
     * @param settled what need not begin anew any more
     */
    private record Change(long atNanos, Set<TopicPartition> settled) {}

    /**
     * Makes a watch that has asked nothing yet.
     *
     * @param making makes what is asked, once; null if nothing can be asked
     * @param interval how long between two questions; zero asks nothing at all
     * @param nanoClock readings of a clock that never goes back
     */
    TopicWatch(@Nullable Supplier<BrokerQuestions> making, Duration interval, LongSupplier nanoClock) {
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
                log.debug(
                        "The ids of {} are not known yet: {}",
                        topics,
                        e.getClass().getName());
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
        take();
        if (asked.isEmpty()) {
            Set<String> topics = new TreeSet<>();
            assignment.select(partition -> partition.announced).forEach(each -> topics.add(each.key.topic()));
            boolean fresh = !everAsked.containsAll(topics);
            if (!topics.isEmpty() && (fresh || nanoClock.getAsLong() - lastAskedNanos >= intervalNanos)) {
                ask(topics);
            }
        }
        return toBeginAnew(assignment);
    }

    private List<HeldPartition> toBeginAnew(Assignment assignment) {
        List<HeldPartition> other = new ArrayList<>();
        for (HeldPartition partition : assignment.select(each -> each.announced)) {
            Change change = changes.get(partition.key.topic());
            if (change != null && change.settled.add(partition.key) && (partition.watched || partition.fromCommitted)) {
                other.add(partition);
            }
            partition.watched = true;
        }
        long now = nanoClock.getAsLong();
        changes.values().removeIf(change -> now - change.atNanos > SETTLING_NANOS);
        return other;
    }

    private boolean isOff() {
        return making == null || intervalNanos == 0 || givenUp;
    }

    /** Takes the answers, once all are there. */
    private void take() {
        if (!asked.values().stream().allMatch(KafkaFuture::isDone)) {
            return;
        }
        asked.forEach((topic, answer) -> {
            Uuid id = answer(answer);
            if (id != null) {
                Uuid before = known.put(topic, id);
                if (before != null && !before.equals(id)) {
                    changes.put(topic, new Change(nanoClock.getAsLong(), new HashSet<>()));
                }
            }
        });
        asked = Map.of();
    }

    private void ask(Set<String> topics) {
        lastAskedNanos = nanoClock.getAsLong();
        everAsked.addAll(topics);
        try {
            BrokerQuestions made = questions;
            if (made == null) {
                made = Objects.requireNonNull(making).get();
                questions = made;
            }
            asked = made.ids(topics);
        } catch (RuntimeException e) {
            givenUp = true;
            log.atWarn()
                    .addKeyValue("error", e.getClass().getName())
                    .log(
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

    /** What it asks with, for others who have a question; null if it has not asked yet. */
    @Nullable
    BrokerQuestions questions() {
        return questions;
    }

    void close() {
        if (questions != null) {
            questions.close();
        }
    }
}
