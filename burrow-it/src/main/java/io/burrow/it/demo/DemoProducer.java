package io.burrow.it.demo;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the demo's records, in small batches: what is written in large ones is fetched one partition after the other,
 * and the drawing should show all of them at work.
 */
final class DemoProducer {

    /** Some 40 records; consumers of the demo fetch about as much of a partition at a time. */
    static final int BATCH_BYTES = 4 * 1024;

    private static final int LIMIT_MILLIS = 60_000;

    private DemoProducer() {}

    /**
     * Returns when each record is acknowledged.
     *
     * @throws KafkaException the first failure of a send
     */
    static void produce(String bootstrapServers, Iterable<ProducerRecord<byte[], byte[]>> records) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, LIMIT_MILLIS,
                        ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record, (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
            }
            producer.flush();
        } finally {
            producer.close(Duration.ZERO);
        }
        Exception problem = failure.get();
        if (problem != null) {
            throw new KafkaException("a record was not written", problem);
        }
    }
}
