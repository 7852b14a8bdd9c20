package io.burrow.metrics.prometheus;

import io.burrow.api.RecordOutcome;
import io.burrow.metrics.prometheus.DurationMeters.DurationMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The meters of durations of records, by topic and outcome. The only part of the metrics that every record passes: a
 * look-up by topic and one by the outcome's ordinal, nothing allocated after a meter's first use.
 */
final class RecordMeters {
    private static final RecordOutcome[] OUTCOMES = RecordOutcome.values();

    /** Workers of platform threads are seldom more, and of those beyond it few finish a record at once. */
    private static final int SLOTS = 128;

    private final ThreadSlots slots = new ThreadSlots(SLOTS);
    private final DurationMeters meters;
    private final Tags tags;

    private final ConcurrentHashMap<String, Topic> byTopic = new ConcurrentHashMap<>();

    /** The first topic there was: mostly there is one only. Racy on purpose: what it holds is never changed. */
    private @Nullable Known first;

    private record Known(String topic, Topic meters) {}

    private boolean closed;

    /**
     * The meters of one topic; the array is never changed: a new meter makes a new object.
     *
     * @param queueWait how long records waited
     * @param process how long they took, by outcome
     */
    private record Topic(DurationMeter queueWait, @Nullable DurationMeter[] process) {}

    RecordMeters(MeterRegistry registry, List<Duration> buckets, Tags tags) {
        this.meters = DurationMeters.in(registry, buckets, slots);
        this.tags = tags;
    }

    /** A delivery ended after some attempts, at least one. Any thread. */
    void record(String topic, RecordOutcome outcome, int attempts, long queueNanos, long handlerNanos) {
        Known known = first;
        Topic of = known != null && known.topic.equals(topic) ? known.meters : byTopic.get(topic);
        DurationMeter process = of == null ? null : of.process[outcome.ordinal()];
        if (of == null || process == null) {
            of = make(topic, outcome);
            process = of == null ? null : of.process[outcome.ordinal()];
        }
        if (of == null || process == null) {
            return;
        }
        int slot = slots.slot();
        process.record(slot, handlerNanos);
        if (attempts == 1) { // of others it would be the delays before their retries
            of.queueWait.record(slot, queueNanos);
        }
    }

    private synchronized @Nullable Topic make(String topic, RecordOutcome outcome) {
        if (closed) {
            return null;
        }
        Tags tagged = tags.and(MeterNames.TAG_TOPIC, topic);
        Topic before = byTopic.get(topic);
        DurationMeter queueWait = before != null
                ? before.queueWait
                : meters.make(
                        MeterNames.RECORD_QUEUE_WAIT, "How long records waited from fetched to their attempt", tagged);
        @Nullable
        DurationMeter[] process = before == null ? new DurationMeter[OUTCOMES.length] : before.process.clone();
        if (process[outcome.ordinal()] == null) {
            process[outcome.ordinal()] = meters.make(
                    MeterNames.RECORD_PROCESS,
                    "How long the last attempt at a record took",
                    tagged.and(MeterNames.TAG_OUTCOME, TagValues.of(outcome)));
        }
        Topic made = new Topic(queueWait, process);
        byTopic.put(topic, made);
        Known known = first;
        if (known == null || known.topic.equals(topic)) {
            first = new Known(topic, made);
        }
        return made;
    }

    /** Removes all; none is made any more. */
    synchronized void close() {
        closed = true;
        first = null;
        byTopic.clear();
        meters.close();
    }
}
