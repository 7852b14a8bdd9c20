package io.burrow.kafka;

import io.burrow.api.Message;

/**
 * The user's work on one message, with a place for what it writes to Kafka. {@link KafkaTransactions#handler} makes a
 * {@link io.burrow.api.MessageHandler} of it, whose rules hold here too.
 *
 * @param <K> the type of the message's key
 * @param <V> the type of the message's value
 * @param <OK> the type of the keys written
 * @param <OV> the type of the values written
 */
@FunctionalInterface
public interface TransactionalHandler<K, V, OK, OV> {
    /**
     * Handles one message. A worker thread.
     *
     * @param message the message, never null
     * @param outputs takes what this attempt writes, until the call returns
     * @throws Exception on failure; what was added to the outputs is then never written
     */
    void handle(Message<K, V> message, Outputs<OK, OV> outputs) throws Exception;
}
