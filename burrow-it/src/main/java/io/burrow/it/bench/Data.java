package io.burrow.it.bench;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a case's topic holds. Immutable.
 *
 * @param records how many
 * @param valueBytes the size of each value
 * @param partitions how many
 * @param keys their keys
 * @param perSecond how many are written in a second, while they are consumed; 0 if all are written before
 */
record Data(long records, int valueBytes, int partitions, Keys keys, int perSecond) {

    /** Records without a key fill a partition's batch before they go on to the next one. */
    private static final int RUN = 1_000;

    private static final long SEED = 42;

    static Data of(long records) {
        return new Data(records, 100, 8, Keys.NONE, 0);
    }

    Data keyed(Keys newKeys) {
        return new Data(records, valueBytes, partitions, newKeys, perSecond);
    }

    Data in(int newPartitions) {
        return new Data(records, valueBytes, newPartitions, keys, perSecond);
    }

    Data sized(int newValueBytes) {
        return new Data(records, newValueBytes, partitions, keys, perSecond);
    }

    Data paced(int newPerSecond) {
        return new Data(records, valueBytes, partitions, keys, newPerSecond);
    }

    Data atMost(long mostRecords) {
        return new Data(Math.min(records, mostRecords), valueBytes, partitions, keys, perSecond);
    }

    /**
     * The records, to be read once, the same each time. With a rate, each waits until it is due, counted from the first
     * and not from the one before: a writer that was held up catches up.
     *
     * @param topic the topic they name
     * @param over whether no more are needed
     */
    Iterable<ProducerRecord<byte[], byte[]>> records(String topic, BooleanSupplier over) {
        return () -> new Records(topic, over);
    }

    private final class Records implements Iterator<ProducerRecord<byte[], byte[]>> {
        private final String topic;
        private final BooleanSupplier over;
        private final Random random = new Random(SEED);
        private final byte[] value = new byte[valueBytes];
        private final byte[][] keyBytes = keys.bytes();
        private final Keys.Draw draw = keys.draw();
        private final long startNanos = System.nanoTime();
        private long next;

        Records(String topic, BooleanSupplier over) {
            this.topic = topic;
            this.over = over;
            random.nextBytes(value);
        }

        @Override
        public boolean hasNext() {
            return next < records && !over.getAsBoolean();
        }

        @Override
        public ProducerRecord<byte[], byte[]> next() {
            if (next >= records) {
                throw new NoSuchElementException();
            }
            if (perSecond > 0) {
                awaitDue();
            }
            int key = draw.next(random);
            // a key stays in its partition
            int partition = (int) ((key < 0 ? next / RUN : key) % partitions);
            next++;
            return new ProducerRecord<>(topic, partition, Keys.key(keyBytes, key), value);
        }

        private void awaitDue() {
            long due = startNanos + (long) (next * 1e9 / perSecond);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }
    }
}
