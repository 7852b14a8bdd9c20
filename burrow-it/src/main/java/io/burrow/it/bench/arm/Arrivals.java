package io.burrow.it.bench.arm;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * When each record came out of a poll. Written by the loop before it hands a record on, read by the worker that got it;
 * the hand-over orders the two. Far more records fit than may be held, so that none is overwritten before it is read.
 */
final class Arrivals {

    private static final int SLOTS = 1 << 17;

    private final long[][] nanos;

    Arrivals(int partitions) {
        nanos = new long[partitions][SLOTS];
    }

    long nanos(int partition, long offset) {
        return nanos[partition][(int) offset & SLOTS - 1];
    }

    /** A consumer that notes them. */
    KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        return new NotingConsumer(properties);
    }

    private final class NotingConsumer extends KafkaConsumer<byte[], byte[]> {
        NotingConsumer(Map<String, Object> properties) {
            super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            long now = System.nanoTime();
            for (ConsumerRecord<byte[], byte[]> each : records) {
                nanos[each.partition()][(int) each.offset() & SLOTS - 1] = now;
            }
            return records;
        }
    }
}
