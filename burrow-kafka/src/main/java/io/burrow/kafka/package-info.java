/**
 * Burrow over the Kafka client: {@link io.burrow.kafka.KafkaSource} reads topics and commits offsets,
 * {@link io.burrow.kafka.KafkaDeadLetters} writes exhausted records to a topic, {@link io.burrow.kafka.KafkaMessage} is
 * what handlers see.
 *
 * <p>Records are fetched as bytes. Keys and values are deserialised by the worker that handles the record, so that one
 * that cannot be deserialised goes the way of any failed record and stalls nothing.
 */
@NullMarked
package io.burrow.kafka;

import org.jspecify.annotations.NullMarked;
