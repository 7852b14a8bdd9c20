package io.burrow.it.broker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that answers for every record, since {@code flush()} returns as if nothing had happened when sends fail.
 * It counts results instead of holding a future per record, so that millions can be sent. One thread.
 */
final class CheckedProducer implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long sent;

    /**
     * Makes one.
     *
     * @param bootstrapServers where brokers are
     * @param limit how long a record may take
     * @param lingerMillis how long a record may wait for others
     */
    CheckedProducer(String bootstrapServers, Duration limit, int lingerMillis) {
        int limitMillis = (int) limit.toMillis();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, limitMillis,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, limitMillis,
                        ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024,
                        ProducerConfig.LINGER_MS_CONFIG, lingerMillis),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends without waiting for the acknowledgement; throws if an earlier record has failed. */
    void send(ProducerRecord<byte[], byte[]> record) {
        throwFailure();
        producer.send(record, this::onResult);
        sent++;
    }

    /** Waits for all results and returns how many records were acknowledged: all that were sent. */
    long awaitAll() {
        producer.flush();
        throwFailure();
        long acknowledgements = acknowledged.get();
        if (acknowledgements != sent) {
            throw new KafkaException("sent " + sent + " records, acknowledged " + acknowledgements);
        }
        return sent;
    }

    @Override
    public void close() {
        // What was not awaited has failed already, or its failure is about to be thrown.
        producer.close(Duration.ZERO);
    }

    private void onResult(@Nullable RecordMetadata ignored, @Nullable Exception problem) {
        if (problem == null) {
            acknowledged.incrementAndGet();
        } else {
            failure.compareAndSet(null, problem);
        }
    }

    private void throwFailure() {
        Exception problem = failure.get();
        if (problem != null) {
            throw new KafkaException("a record was not written after " + acknowledged.get() + " that were", problem);
        }
    }
}
