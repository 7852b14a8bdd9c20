package io.burrow.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record to be written, serialised.
 *
 * @param record the record
 * @param sizeBytes how much of a bound it takes: key, value, headers, and what the client adds at most
 */
record Output(ProducerRecord<byte[], byte[]> record, int sizeBytes) {
    /** Shows where it goes, never contents. */
    @Override
    public String toString() {
        return sizeBytes + " bytes to " + record.topic();
    }
}
