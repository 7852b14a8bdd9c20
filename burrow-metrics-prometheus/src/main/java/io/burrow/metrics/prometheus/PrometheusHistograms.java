package io.burrow.metrics.prometheus;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.noop.NoopTimer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Histograms beside those of Micrometer, in the Prometheus registry underneath; see {@link StripedHistogram} for why.
 *
 * <p>They are named, tagged and filtered as a timer would be: the registry is asked for one, which says what its
 * filters and its naming convention made of it, and goes again at once. Only a filter that changes buckets has no
 * effect here, and the registry does not list them among its meters.
 */
final class PrometheusHistograms implements DurationMeters {
    private final PrometheusMeterRegistry registry;
    private final int slots;
    private final long[] upperBounds;
    private final double[] upperBoundsInSeconds;
    private final Map<String, Family> families = new HashMap<>();

    PrometheusHistograms(PrometheusMeterRegistry registry, List<Duration> buckets, int slots) {
        this.registry = registry;
        this.slots = slots;
        this.upperBounds = buckets.stream().mapToLong(Duration::toNanos).toArray();
        this.upperBoundsInSeconds = new double[upperBounds.length + 1];
        for (int i = 0; i < upperBounds.length; i++) {
            upperBoundsInSeconds[i] = upperBounds[i] / 1e9;
        }
        upperBoundsInSeconds[upperBounds.length] = Double.POSITIVE_INFINITY;
    }

    @Override
    public DurationMeter make(String name, String description, Tags tags) {
        Timer probe = Timer.builder(name).tags(tags).register(registry);
        if (probe instanceof NoopTimer) { // a filter denies it, or the registry is closed
            return (slot, nanos) -> {};
        }
        registry.remove(probe);
        NamingConvention naming = registry.config().namingConvention();
        Meter.Id id = probe.getId();
        List<Tag> tagged = id.getConventionTags(naming);
        Labels labels = Labels.of(
                tagged.stream().map(Tag::getKey).toList(),
                tagged.stream().map(Tag::getValue).toList());
        StripedHistogram histogram = new StripedHistogram(slots, upperBounds);
        families.computeIfAbsent(id.getConventionName(naming), named -> family(named, description))
                .series
                .add(new Series(labels, histogram));
        return histogram::record;
    }

    private Family family(String name, String description) {
        Family made = new Family(new MetricMetadata(name, description), upperBoundsInSeconds);
        registry.getPrometheusRegistry().register(made);
        return made;
    }

    @Override
    public void close() {
        families.values().forEach(registry.getPrometheusRegistry()::unregister);
        families.clear();
    }

    private record Series(Labels labels, StripedHistogram histogram) {}

    /**
     * The histograms of one name and one Burrow. It does not say its name before it is scraped: a name can be
     * registered once, and what several Burrows have under the same one is put together when it is written.
     */
    private static final class Family implements Collector {
        final List<Series> series = new CopyOnWriteArrayList<>();
        private final MetricMetadata metadata;
        private final double[] upperBoundsInSeconds;

        Family(MetricMetadata metadata, double[] upperBoundsInSeconds) {
            this.metadata = metadata;
            this.upperBoundsInSeconds = upperBoundsInSeconds;
        }

        @Override
        public MetricSnapshot collect() {
            return new HistogramSnapshot(
                    metadata, series.stream().map(this::point).toList());
        }

        private HistogramDataPointSnapshot point(Series of) {
            double seconds = of.histogram.sumNanos() / 1e9;
            ClassicHistogramBuckets buckets = ClassicHistogramBuckets.of(upperBoundsInSeconds, of.histogram.counts());
            return HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(buckets)
                    .sum(seconds)
                    .labels(of.labels)
                    .build();
        }
    }
}
