package io.burrow.api;

import java.util.List;

/**
 * The user's work on several messages at once, with an outcome for each.
 *
 * <p>Called by worker threads. A batch holds 1 to {@link BurrowConfig#maxBatchRecords()} messages of any assigned
 * partitions. Under {@link Ordering#KEY} and {@link Ordering#PARTITION} it may hold several records of which one must
 * not overtake the other; they stand in their order, and are to be handled in it. What follows the first of them that
 * failed is delivered again, whatever the outcome given for it.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
@FunctionalInterface
public interface BatchMessageHandler<K, V> {
    /**
     * Handles the messages of a batch.
     *
     * @param messages the messages, in the order in which they became ready; never empty, unmodifiable
     * @return the outcomes, one for each message at the same index; a list of another size, or null, fails the whole
     *     batch
     * @throws Exception if all of the batch failed; each record then goes its own way through the retry policy
     */
    List<Outcome> handle(List<? extends Message<K, V>> messages) throws Exception;
}
