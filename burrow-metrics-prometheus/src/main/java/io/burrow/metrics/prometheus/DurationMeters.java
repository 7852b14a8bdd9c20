package io.burrow.metrics.prometheus;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;

/** Makes the meters that every record passes, and removes them. Called under the lock of {@link RecordMeters}. */
interface DurationMeters {
    /** One of them: counts durations in buckets. Any thread. */
    interface DurationMeter {
        /**
         * Counts one.
         *
         * @param slot the calling thread's, of the slots that the maker was given
         * @param nanos how long it was
         */
        void record(int slot, long nanos);
    }

    /**
     * Chooses what fits the registry: in one of Prometheus histograms that cost a record little, in all others the
     * registry's timers.
     */
    static DurationMeters in(MeterRegistry registry, List<Duration> buckets, ThreadSlots slots) {
        return registry instanceof PrometheusMeterRegistry prometheus
                ? new PrometheusHistograms(prometheus, buckets, slots.count())
                : new RegistryTimers(registry, buckets);
    }

    /** Makes a meter. There is none of that name and these tags. */
    DurationMeter make(String name, String description, Tags tags);

    /** Removes all that were made. */
    void close();
}
