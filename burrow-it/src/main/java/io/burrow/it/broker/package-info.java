/**
 * Real Kafka brokers from Maven artifacts: {@link io.burrow.it.broker.EmbeddedKafka} in this process for tests and the
 * demo, {@link io.burrow.it.broker.BrokerProcess} as a child process where a broker must be killed, frozen or
 * restarted, or where people want one to try things with ({@link io.burrow.it.broker.LocalBroker}). Both run the
 * settings of {@link io.burrow.it.broker.BrokerSettings}, so what holds on one holds on the other.
 */
@NullMarked
package io.burrow.it.broker;

import org.jspecify.annotations.NullMarked;
