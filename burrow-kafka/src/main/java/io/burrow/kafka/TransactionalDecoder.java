package io.burrow.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.SourceRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Gives each record the place where its outputs wait: that of the assignment it is read in.
 *
 * @param decoder makes what the record is otherwise
 * @param held all places
 * @param nowhere a place that is closed
 */
record TransactionalDecoder<K, V>(RecordDecoder<K, V> decoder, HeldOutputs held, PartitionOutputs nowhere)
        implements RecordDecoder<K, V> {

    static <K, V> TransactionalDecoder<K, V> of(RecordDecoder<K, V> decoder, HeldOutputs held) {
        PartitionOutputs nowhere = new PartitionOutputs(held);
        nowhere.close();
        return new TransactionalDecoder<>(decoder, held, nowhere);
    }

    @Override
    public SourceRecord<K, V> wrap(ConsumerRecord<byte[], byte[]> record) {
        PartitionOutputs assigned = held.place(new TopicPartition(record.topic(), record.partition()));
        PartitionOutputs place = assigned == null ? nowhere : assigned;
        place.expect();
        return new TransactionalRecord<>(decoder.wrap(record), place);
    }
}
