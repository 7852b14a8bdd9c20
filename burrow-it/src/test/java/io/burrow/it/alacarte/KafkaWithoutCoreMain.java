package io.burrow.it.alacarte;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.PartitionListener;
import io.burrow.kafka.KafkaSource;
import java.time.Duration;
import java.util.Collection;

/** Needs api and kafka: an adapter is of use to another engine too. */
final class KafkaWithoutCoreMain {
    private static final PartitionListener NOBODY = new PartitionListener() {
        @Override
        public void assigned(Collection<AssignedPartition> partitions) {}

        @Override
        public void revoked(Collection<TopicPartition> partitions) {}

        @Override
        public void lost(Collection<TopicPartition> partitions) {}

        @Override
        public void reset(TopicPartition partition, long position) {}
    };

    private KafkaWithoutCoreMain() {}

    /** Takes the broker's address, a topic with three records, and a group. */
    public static void main(String[] args) {
        KafkaSource<String, String> source = KafkaMain.source(args);
        long[] end = {0};
        long begin = System.nanoTime();
        source.open(NOBODY);
        while (end[0] < 3) {
            source.poll(Duration.ofMillis(100), (partition, records, endPosition) -> {
                records.forEachRemaining(record -> record.sizeBytes());
                end[0] = Math.max(end[0], endPosition);
            });
            if (System.nanoTime() - begin > Duration.ofSeconds(60).toNanos()) {
                throw new IllegalStateException("read up to " + end[0]);
            }
        }
        source.close(Duration.ofSeconds(5));
        System.out.println("read 3");
    }
}
