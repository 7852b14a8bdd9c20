package io.burrow.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Takes what one attempt at a record wants to write. Nothing is sent yet: it goes out in the Kafka transaction that
 * commits the record's own offset, if this attempt is the one that ends the record as processed, and never otherwise.
 *
 * @param <K> the type of the keys written
 * @param <V> the type of the values written
 */
public interface Outputs<K, V> {
    /**
     * Adds a record, serialised at once; what is changed in it afterwards has no effect. Records are written in the
     * order in which they were added, those of a source partition in the order of its offsets. Any thread, several at
     * once too. The first record for a topic may wait for that topic's metadata, for {@code max.block.ms} at most.
     *
     * @param record what to write
     * @throws IllegalStateException if the attempt has ended: its handler has returned, its stage is completed, or it
     *     was given up and another one has begun
     * @throws io.burrow.api.TerminalException if the record, or all that this attempt added, is more than a bound
     *     allows; the attempt should let it through, since another one cannot help
     * @throws io.burrow.api.BurrowException {@link io.burrow.api.ErrorCode#TOPIC_MISSING} or
     *     {@link io.burrow.api.ErrorCode#NOT_AUTHORIZED}, if the topic cannot be written
     */
    void send(ProducerRecord<? extends K, ? extends V> record);
}
