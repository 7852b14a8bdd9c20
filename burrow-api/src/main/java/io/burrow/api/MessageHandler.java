package io.burrow.api;

/**
 * The user's work on one message, done when the call returns.
 *
 * <p>Called by up to {@code concurrency} worker threads at once; never by two for the same topic, partition and key
 * under {@link Ordering#KEY}, nor for the same partition under {@link Ordering#PARTITION}. It may block. A message can
 * come more than once (after a crash, a rebalance or a time-out): the work must bear being repeated.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
@FunctionalInterface
public interface MessageHandler<K, V> {
    /**
     * Handles one message. Returning means done: the record can be committed. Throwing anything means failed: the
     * {@linkplain io.burrow.api.spi.RetryPolicy retry policy} decides what comes next, and the record is not committed
     * unless that policy says so.
     *
     * @param message the message, never null
     * @throws RetryAfterException to be tried again after a time of the handler's choosing, whatever the policies say
     * @throws TerminalException if another attempt cannot help
     * @throws Exception on any other failure
     */
    void handle(Message<K, V> message) throws Exception;
}
