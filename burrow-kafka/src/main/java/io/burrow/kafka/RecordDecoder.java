package io.burrow.kafka;

import io.burrow.api.spi.SourceRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Makes what the engine holds out of a fetched record. Called on the loop thread for every record: it must not decode
 * yet.
 */
@FunctionalInterface
interface RecordDecoder<K, V> {
    SourceRecord<K, V> wrap(ConsumerRecord<byte[], byte[]> record);
}
