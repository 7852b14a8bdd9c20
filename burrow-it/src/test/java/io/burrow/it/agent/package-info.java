/** Burrow under the OpenTelemetry agent, which instruments the Kafka client too. */
@NullMarked
package io.burrow.it.agent;

import org.jspecify.annotations.NullMarked;
