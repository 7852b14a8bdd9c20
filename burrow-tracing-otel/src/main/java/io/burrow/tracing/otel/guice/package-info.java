/** Wires the tracing with Guice. Needs Guice on the class path; the package above does not. */
@NullMarked
package io.burrow.tracing.otel.guice;

import org.jspecify.annotations.NullMarked;
