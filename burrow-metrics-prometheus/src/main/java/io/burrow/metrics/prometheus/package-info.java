/**
 * Shows a Burrow as meters: {@link io.burrow.metrics.prometheus.BurrowMetrics} binds it to a Micrometer registry, and
 * {@link io.burrow.metrics.prometheus.MetricsServer} offers a Prometheus registry over HTTP, with health, counts and a
 * page to look at.
 */
@NullMarked
package io.burrow.metrics.prometheus;

import org.jspecify.annotations.NullMarked;
