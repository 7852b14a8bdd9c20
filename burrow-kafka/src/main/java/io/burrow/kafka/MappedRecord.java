package io.burrow.kafka;

import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.SourceRecord;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** A record whose message the user's own mapper makes, in the worker. */
final class MappedRecord<K, V> implements SourceRecord<K, V>, RawRecord {
    private final ConsumerRecord<byte[], byte[]> record;
    private final Function<? super ConsumerRecord<byte[], byte[]>, ? extends Message<K, V>> mapper;
    private final int sizeBytes;

    private @Nullable Message<K, V> message;

    MappedRecord(
            ConsumerRecord<byte[], byte[]> record,
            Function<? super ConsumerRecord<byte[], byte[]>, ? extends Message<K, V>> mapper) {
        this.record = record;
        this.mapper = mapper;
        this.sizeBytes = RecordSize.of(record);
    }

    @Override
    public ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    @Override
    public long offset() {
        return record.offset();
    }

    @Override
    public int leaderEpoch() {
        return record.leaderEpoch().orElse(-1);
    }

    @Override
    public byte @Nullable [] orderingKey() {
        return record.key();
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public Headers headers() {
        return KafkaHeaders.of(record.headers());
    }

    @Override
    public Message<K, V> decode() {
        Message<K, V> made = message;
        if (made == null) {
            made = map();
            message = made;
        }
        return made;
    }

    private Message<K, V> map() {
        Message<K, V> made;
        try {
            made = mapper.apply(record);
        } catch (TerminalException | RetryAfterException | RetriableException e) {
            throw e; // the mapper has decided itself
        } catch (RuntimeException e) {
            throw Deserialization.failure("the mapper threw " + e.getClass().getName(), record, e);
        }
        if (made == null) {
            throw Deserialization.failure("the mapper returned null", record, null);
        }
        return made;
    }

    @Override
    public String toString() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
