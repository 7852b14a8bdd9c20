/** Wires the metrics with Guice. Needs Guice on the class path; the package above does not. */
@NullMarked
package io.burrow.metrics.prometheus.guice;

import org.jspecify.annotations.NullMarked;
