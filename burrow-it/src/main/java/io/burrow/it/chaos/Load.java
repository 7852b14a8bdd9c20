package io.burrow.it.chaos;

import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.Written;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records with keys at an even rate, most of them plainly, some in transactions, of which some are aborted. What
 * was acknowledged is kept; what was not is nobody's promise, and counts only if the topic holds it. Threads of its
 * own.
 */
final class Load implements AutoCloseable {

    private static final int BEATS_PER_SECOND = 25;
    private static final int PLAIN_PER_BEAT = 10;
    private static final int IN_A_TRANSACTION = 5;
    private static final int BEATS_PER_TRANSACTION = 5;
    private static final int KEYS = 40;
    private static final int USUALLY_ABORTED_PERCENT = 20;

    private final String servers;
    private final String topic;
    private final long seed;
    private final ConcurrentLinkedQueue<Written> acknowledged = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<List<Written>> transactions = new ConcurrentLinkedQueue<>();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong aborted = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile int partitions;
    private volatile int abortedPercent = USUALLY_ABORTED_PERCENT;
    private volatile boolean stopped;

    Load(String servers, String topic, int partitions, long seed) {
        this.servers = servers;
        this.topic = topic;
        this.partitions = partitions;
        this.seed = seed;
    }

    void start() {
        threads.add(new Thread(this::writePlainly, "load"));
        threads.add(new Thread(this::writeTransactions, "load-transactions"));
        threads.forEach(thread -> thread.setDaemon(true));
        threads.forEach(Thread::start);
    }

    void partitions(int count) {
        partitions = count;
    }

    int partitions() {
        return partitions;
    }

    void abort(int percent) {
        abortedPercent = percent;
    }

    void abortAsUsual() {
        abortedPercent = USUALLY_ABORTED_PERCENT;
    }

    /** What was acknowledged and not aborted. */
    List<Written> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Those of them whose transaction was said to be committed, by transaction. */
    List<List<Written>> transactions() {
        return List.copyOf(transactions);
    }

    /** How many records the brokers did not acknowledge. */
    long failed() {
        return failed.get();
    }

    /** How many transactions were aborted on purpose. */
    long aborted() {
        return aborted.get();
    }

    /** Stops writing and returns when all has been answered. */
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(60).toMillis());
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void writePlainly() {
        Random random = new Random(seed);
        try (Producer<byte[], byte[]> producer = producer(Map.of())) {
            while (!stopped) {
                for (int i = 0; i < PLAIN_PER_BEAT; i++) {
                    ProducerRecord<byte[], byte[]> record = record(random);
                    producer.send(record, (metadata, thrown) -> {
                        if (thrown == null) {
                            acknowledged.add(written(metadata, record));
                        } else {
                            failed.incrementAndGet();
                        }
                    });
                }
                beat();
            }
        }
    }

    private void writeTransactions() {
        Random random = new Random(~seed);
        Producer<byte[], byte[]> producer = null;
        while (!stopped) {
            try {
                if (producer == null) {
                    producer = producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic + "-load"));
                    producer.initTransactions();
                }
                writeTransaction(producer, random);
                for (int i = 0; i < BEATS_PER_TRANSACTION; i++) {
                    beat();
                }
            } catch (KafkaException failure) {
                // Whether it was committed, the topic tells. A producer anew ends what this one left open.
                failed.addAndGet(IN_A_TRANSACTION);
                close(producer);
                producer = null;
            }
        }
        close(producer);
    }

    private void writeTransaction(Producer<byte[], byte[]> producer, Random random) {
        producer.beginTransaction();
        Map<ProducerRecord<byte[], byte[]>, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        for (int i = 0; i < IN_A_TRANSACTION; i++) {
            ProducerRecord<byte[], byte[]> record = record(random);
            sent.put(record, producer.send(record));
        }
        List<Written> written = new ArrayList<>();
        for (Map.Entry<ProducerRecord<byte[], byte[]>, Future<RecordMetadata>> each : sent.entrySet()) {
            try {
                written.add(written(each.getValue().get(), each.getKey()));
            } catch (ExecutionException failure) {
                throw new KafkaException(failure.getCause());
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new KafkaException(interrupt);
            }
        }
        if (random.nextInt(100) < abortedPercent) {
            producer.abortTransaction();
            aborted.incrementAndGet();
        } else {
            producer.commitTransaction();
            acknowledged.addAll(written);
            transactions.add(List.copyOf(written));
        }
    }

    private ProducerRecord<byte[], byte[]> record(Random random) {
        byte[] key = ("k" + random.nextInt(KEYS)).getBytes(StandardCharsets.UTF_8);
        byte[] value = Long.toHexString(random.nextLong()).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, random.nextInt(partitions), key, value);
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        if (more.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)) {
            // One that is left open holds back whoever reads committed records.
            properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 20_000);
        }
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void close(@Nullable Producer<byte[], byte[]> producer) {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
    }

    private static Written written(RecordMetadata metadata, ProducerRecord<byte[], byte[]> record) {
        return new Written(
                new Position(metadata.partition(), metadata.offset()),
                new String(record.value(), StandardCharsets.UTF_8));
    }

    private static void beat() {
        try {
            TimeUnit.MILLISECONDS.sleep(1_000 / BEATS_PER_SECOND);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
