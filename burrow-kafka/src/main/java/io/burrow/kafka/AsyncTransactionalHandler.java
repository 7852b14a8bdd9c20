package io.burrow.kafka;

import io.burrow.api.Message;
import java.util.concurrent.CompletionStage;

/**
 * The user's work on one message, done when the returned stage completes, with a place for what it writes to Kafka.
 * {@link KafkaTransactions#asyncHandler} makes an {@link io.burrow.api.AsyncMessageHandler} of it, whose rules hold
 * here too.
 *
 * @param <K> the type of the message's key
 * @param <V> the type of the message's value
 * @param <OK> the type of the keys written
 * @param <OV> the type of the values written
 */
@FunctionalInterface
public interface AsyncTransactionalHandler<K, V, OK, OV> {
    /**
     * Starts the work on one message. A worker thread.
     *
     * @param message the message, never null
     * @param outputs takes what this attempt writes, until the stage is completed; by any thread
     * @return a stage that completes normally when the work is done, and exceptionally when it failed; what was added
     *     to the outputs is then never written
     * @throws Exception if the attempt failed at once
     */
    CompletionStage<?> handle(Message<K, V> message, Outputs<OK, OV> outputs) throws Exception;
}
