/** The Kafka client's own meters. Needs {@code kafka-clients}, which whoever reads from Kafka has. */
@NullMarked
package io.burrow.metrics.prometheus.kafka;

import org.jspecify.annotations.NullMarked;
