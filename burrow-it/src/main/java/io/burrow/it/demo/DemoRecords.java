package io.burrow.it.demo;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What is produced: orders of ten thousand customers, evenly over the partitions, the same in every run. */
final class DemoRecords {

    /** The key of the one record that its handler cannot bear. */
    static final String FAILING_KEY = "customer-unlucky";

    private static final int CUSTOMERS = 10_000;
    private static final int FAILING_AT = 120;

    private DemoRecords() {}

    static Iterable<ProducerRecord<byte[], byte[]>> orders(String topic, int partitions, int count) {
        return () -> records(topic, partitions, count, -1);
    }

    /** The same, with one that fails among the first. */
    static Iterable<ProducerRecord<byte[], byte[]>> withFailing(String topic, int partitions, int count) {
        return () -> records(topic, partitions, count, Math.min(FAILING_AT, count - 1));
    }

    private static Iterator<ProducerRecord<byte[], byte[]>> records(
            String topic, int partitions, int count, int failing) {
        Random random = new Random(1);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    int customer = random.nextInt(CUSTOMERS);
                    String key = i == failing ? FAILING_KEY : "customer-" + customer;
                    int partition = i == failing ? 0 : customer % partitions;
                    return new ProducerRecord<>(topic, partition, bytes(key), bytes("order " + i));
                })
                .iterator();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
