package io.burrow.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offsets that were passed by between two fetches. Most are holes of the log: what was compacted, marks of
 * transactions. But where retention overtook the reader it looks the same: records were deleted before they were read.
 * Only the brokers know, by where the log begins; they are asked for all holes of a second at once, so that a log full
 * of holes costs next to nothing. Loop thread only.
 *
 * <p>The consumer can only be asked with the loop waiting, and under the new protocol it gives a question up later than
 * it was told to. So where there are {@link BrokerQuestions} they are asked: nothing waits for what a hole is, and who
 * has to know at once waits for no longer than he may. A hole that is met while a question about its partition is under
 * way belongs to the next one: the log may have been cut since the answer was made.
 */
final class Holes {
    private static final Logger log = LoggerFactory.getLogger(Holes.class);
    private static final long ASK_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration ANSWER = Duration.ofSeconds(1);
    /** Of one partition. The oldest make room: with this many in a second the log is full of harmless ones. */
    private static final int MOST = 64;

    private final Consumer<?, ?> consumer;
    private final PollTime pollTime;
    private final Supplier<@Nullable BrokerQuestions> questions;
    private final LongSupplier nanoClock;
    private final Map<HeldPartition, Deque<Hole>> passed = new LinkedHashMap<>();
    private final Map<HeldPartition, Question> asked = new LinkedHashMap<>();
    private long lastAskedNanos;

    /**
     * Offsets without a record.
     *
     * @param from the first
     * @param to the offset after the last
     */
    record Hole(long from, long to) {}

    /**
     * What is under way about a partition.
     *
     * @param holes what it is asked for
     * @param beginning where the log begins
     */
    private record Question(Deque<Hole> holes, KafkaFuture<Long> beginning) {}

    /** Is told of what was deleted before it was read. */
    interface Deleted {
        void deleted(HeldPartition partition, Hole hole);
    }

    /**
     * Makes one that knows of no hole.
     *
     * @param consumer who is asked where nobody else can be
     * @param pollTime how long the loop may wait
     * @param questions who is asked, or null if there is nobody yet
     * @param nanoClock readings of a clock that never goes back
     */
    Holes(
            Consumer<?, ?> consumer,
            PollTime pollTime,
            Supplier<@Nullable BrokerQuestions> questions,
            LongSupplier nanoClock) {
        this.consumer = consumer;
        this.pollTime = pollTime;
        this.questions = questions;
        this.nanoClock = nanoClock;
        this.lastAskedNanos = nanoClock.getAsLong() - ASK_INTERVAL_NANOS;
    }

    /** Remembers a hole until it is known what it is. */
    void pass(HeldPartition partition, long from, long to) {
        Deque<Hole> holes = passed.computeIfAbsent(partition, key -> new ArrayDeque<>());
        if (holes.size() == MOST) {
            holes.remove();
        }
        holes.add(new Hole(from, to));
    }

    /** Forgets a partition that went, or began anew. */
    void forget(HeldPartition partition) {
        passed.remove(partition);
        asked.remove(partition);
    }

    /** Tells what is known by now, and asks about the holes that are not, at most once in a second. */
    void tell(Assignment assignment, Deleted listener) {
        if (passed.isEmpty() && asked.isEmpty()) {
            return;
        }
        passed.keySet().removeIf(partition -> assignment.get(partition.key) != partition);
        asked.keySet().removeIf(partition -> assignment.get(partition.key) != partition);
        takeAnswers(listener);
        long now = nanoClock.getAsLong();
        if (passed.isEmpty() || now - lastAskedNanos < ASK_INTERVAL_NANOS) {
            return;
        }
        Map<HeldPartition, Deque<Hole>> unasked = new LinkedHashMap<>(passed);
        unasked.keySet().removeAll(asked.keySet());
        if (unasked.isEmpty()) {
            return;
        }
        BrokerQuestions asking = questions.get();
        if (asking == null) {
            askAndWait(unasked, listener);
        } else {
            lastAskedNanos = now;
            ask(unasked, asking);
            takeAnswers(listener);
        }
    }

    private void ask(Map<HeldPartition, Deque<Hole>> unasked, BrokerQuestions asking) {
        Set<TopicPartition> keys = keys(unasked);
        Map<TopicPartition, KafkaFuture<Long>> answers;
        try {
            answers = asking.beginnings(keys);
        } catch (RuntimeException e) { // asked again
            logUnknown(keys, e);
            return;
        }
        unasked.forEach((partition, holes) ->
                asked.put(partition, new Question(holes, Objects.requireNonNull(answers.get(partition.key)))));
        passed.keySet().removeAll(unasked.keySet());
    }

    private void askAndWait(Map<HeldPartition, Deque<Hole>> unasked, Deleted listener) {
        Map<TopicPartition, Long> beginnings = beginnings(keys(unasked));
        if (beginnings.isEmpty()) {
            return; // asked again
        }
        passed.keySet().removeAll(unasked.keySet());
        unasked.forEach(
                (partition, holes) -> judge(partition, holes, beginnings.getOrDefault(partition.key, 0L), listener));
    }

    private static Set<TopicPartition> keys(Map<HeldPartition, Deque<Hole>> holes) {
        Set<TopicPartition> keys = new HashSet<>();
        holes.keySet().forEach(partition -> keys.add(partition.key));
        return keys;
    }

    private void takeAnswers(Deleted listener) {
        if (asked.isEmpty()) {
            return;
        }
        Map<HeldPartition, Question> answered = new LinkedHashMap<>(asked);
        answered.values().removeIf(question -> !question.beginning().isDone());
        answered.forEach((partition, question) -> {
            asked.remove(partition);
            Long beginning = answer(partition.key, question.beginning());
            if (beginning != null) {
                judge(partition, question.holes(), beginning, listener);
            } else { // asked again, with those that came since
                Deque<Hole> since = passed.remove(partition);
                question.holes().forEach(hole -> pass(partition, hole.from(), hole.to()));
                if (since != null) {
                    since.forEach(hole -> pass(partition, hole.from(), hole.to()));
                }
            }
        });
    }

    private static void judge(HeldPartition partition, Deque<Hole> holes, long beginning, Deleted listener) {
        // what lies before was read when it was there still: the log cannot begin behind two places that were read
        while (!holes.isEmpty()) {
            Hole last = holes.removeLast();
            if (last.from() < beginning) {
                listener.deleted(partition, last);
                return;
            }
        }
    }

    /** The answer, which is there; null if it is a failure. */
    private static @Nullable Long answer(TopicPartition key, KafkaFuture<Long> beginning) {
        try {
            return beginning.get();
        } catch (ExecutionException | RuntimeException e) {
            logUnknown(Set.of(key), e);
        } catch (InterruptedException e) { // it is there: nobody waits
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /** Where the logs begin; empty if that is not known within what the loop may wait. */
    Map<TopicPartition, Long> beginnings(Set<TopicPartition> keys) {
        lastAskedNanos = nanoClock.getAsLong();
        Duration patience = pollTime.within(ANSWER);
        if (patience.isZero()) {
            return Map.of();
        }
        BrokerQuestions asking = questions.get();
        try {
            return asking == null
                    ? consumer.beginningOffsets(keys, patience)
                    : await(asking.beginnings(keys), patience);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            logUnknown(keys, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // for whoever set it; later polls tell
        }
        return Map.of();
    }

    private static Map<TopicPartition, Long> await(Map<TopicPartition, KafkaFuture<Long>> answers, Duration patience)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<KafkaFuture<Long>> all = new ArrayList<>(answers.values());
        KafkaFuture.allOf(all.toArray(new KafkaFuture<?>[0])).get(patience.toNanos(), TimeUnit.NANOSECONDS);
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        for (Map.Entry<TopicPartition, KafkaFuture<Long>> each : answers.entrySet()) {
            beginnings.put(each.getKey(), each.getValue().get());
        }
        return beginnings;
    }

    private static void logUnknown(Set<TopicPartition> keys, Exception e) {
        log.debug(
                "The beginnings of {} are not known now: {}", keys, e.getClass().getName());
    }
}
