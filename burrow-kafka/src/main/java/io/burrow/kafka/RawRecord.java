package io.burrow.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A source record that still has the bytes it was fetched as, whatever it is decoded to. What dead letters are made of.
 */
interface RawRecord {
    /** The record as the consumer returned it. */
    ConsumerRecord<byte[], byte[]> record();
}
