package io.burrow.metrics.prometheus;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Timers of any Micrometer registry. */
final class RegistryTimers implements DurationMeters {
    private final MeterRegistry registry;
    private final Duration[] buckets;
    private final List<Timer> made = new ArrayList<>();

    RegistryTimers(MeterRegistry registry, List<Duration> buckets) {
        this.registry = registry;
        this.buckets = buckets.toArray(Duration[]::new);
    }

    @Override
    public DurationMeter make(String name, String description, Tags tags) {
        Timer timer = Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry);
        made.add(timer);
        return (slot, nanos) -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        made.forEach(registry::remove);
        made.clear();
    }
}
