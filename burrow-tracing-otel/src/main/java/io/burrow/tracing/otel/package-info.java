/**
 * Traces handlers with OpenTelemetry: {@link io.burrow.tracing.otel.TracingStage} makes one span for each attempt, and
 * joins it to the context in which the record was sent.
 */
@NullMarked
package io.burrow.tracing.otel;

import org.jspecify.annotations.NullMarked;
