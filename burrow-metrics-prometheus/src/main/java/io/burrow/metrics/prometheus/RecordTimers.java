package io.burrow.metrics.prometheus;

import io.burrow.api.RecordOutcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of records, by topic and outcome. The only part of the metrics that every record passes: a look-up by
 * topic and one by the outcome's ordinal, nothing allocated after a timer's first use.
 */
final class RecordTimers {
    private static final RecordOutcome[] OUTCOMES = RecordOutcome.values();

    private final MeterRegistry registry;
    private final Tags tags;
    private final Duration[] buckets;

    /** An array is never changed once it is in the map: a new timer makes a new array. */
    private final ConcurrentHashMap<String, @Nullable Timer[]> byTopic = new ConcurrentHashMap<>();

    private boolean closed;

    RecordTimers(MeterRegistry registry, Tags tags, List<Duration> buckets) {
        this.registry = registry;
        this.tags = tags;
        this.buckets = buckets.toArray(Duration[]::new);
    }

    void record(String topic, RecordOutcome outcome, long nanos) {
        @Nullable Timer[] timers = byTopic.get(topic);
        Timer timer = timers == null ? null : timers[outcome.ordinal()];
        if (timer == null) {
            timer = make(topic, outcome);
        }
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private synchronized @Nullable Timer make(String topic, RecordOutcome outcome) {
        if (closed) {
            return null;
        }
        @Nullable Timer[] before = byTopic.get(topic);
        @Nullable Timer[] timers = before == null ? new Timer[OUTCOMES.length] : before.clone();
        Timer timer = timers[outcome.ordinal()];
        if (timer == null) {
            timer = Timer.builder(MeterNames.RECORD_PROCESS)
                    .description("How long the last attempt at a record took")
                    .tags(tags.and(MeterNames.TAG_TOPIC, topic, MeterNames.TAG_OUTCOME, TagValues.of(outcome)))
                    .serviceLevelObjectives(buckets)
                    .register(registry);
            timers[outcome.ordinal()] = timer;
            byTopic.put(topic, timers);
        }
        return timer;
    }

    /** Takes the timers out; none is made any more. */
    synchronized Collection<Timer> close() {
        closed = true;
        List<Timer> all = new ArrayList<>();
        for (@Nullable Timer[] timers : byTopic.values()) {
            for (Timer timer : timers) {
                if (timer != null) {
                    all.add(timer);
                }
            }
        }
        byTopic.clear();
        return all;
    }
}
