/**
 * Traces a Burrow with OpenTelemetry: {@link io.burrow.tracing.otel.BurrowTracing} makes the stage, the listener and
 * the wrappers whose spans join the handling of a record to the context in which it was sent.
 */
@NullMarked
package io.burrow.tracing.otel;

import org.jspecify.annotations.NullMarked;
