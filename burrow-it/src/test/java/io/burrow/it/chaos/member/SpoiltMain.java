package io.burrow.it.chaos.member;

import io.burrow.it.chaos.history.HistoryWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A consumer process whose Burrows stand on a consumer that does what Burrow must never do: now and then it commits
 * more, or less, than it is asked to, forgets what was kept with a commit, begins below it, does not poll, and leaves a
 * thread behind.
 */
public final class SpoiltMain {

    private SpoiltMain() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments those of {@link MemberMain}
     * @throws IOException if a history cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        MemberMain.run(arguments, SpoiltConsumer::new);
    }

    private static final class SpoiltConsumer extends WatchedConsumer {
        private static final int POLLS_UNTIL_IDLE = 100;
        /** How much too little it commits. */
        private static final int LESS = 5;
        /** How far below what is committed it begins. */
        private static final int BACK = 50;

        private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

        private int commits;
        private int polls;

        SpoiltConsumer(Map<String, Object> properties, HistoryWriter history, PauseMeter pauses, Duration mostBetween) {
            super(properties, history, pauses, mostBetween);
        }

        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            commits++;
            Map<TopicPartition, OffsetAndMetadata> spoilt = new HashMap<>();
            offsets.forEach((partition, offset) -> spoilt.put(partition, spoil(partition, offset)));
            super.commitSync(spoilt, timeout);
        }

        /** Now and then all that was ever fetched, or too little; at the end the end, for which the run waits. */
        private OffsetAndMetadata spoil(TopicPartition partition, OffsetAndMetadata offset) {
            long position = position(partition);
            if (offset.offset() >= position) {
                return offset;
            }
            return switch (commits % 5) {
                case 2 -> new OffsetAndMetadata(position);
                case 0 -> new OffsetAndMetadata(Math.max(0, offset.offset() - LESS));
                default -> offset;
            };
        }

        @Override
        public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
            Map<TopicPartition, OffsetAndMetadata> forgetful = new HashMap<>();
            super.committed(partitions, timeout)
                    .forEach((partition, offset) ->
                            forgetful.put(partition, offset == null ? null : new OffsetAndMetadata(back(offset))));
            return forgetful;
        }

        private static long back(OffsetAndMetadata offset) {
            return Math.max(0, offset.offset() - BACK);
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    goBack(partitions);
                    listener.onPartitionsAssigned(partitions);
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    listener.onPartitionsRevoked(partitions);
                }

                @Override
                public void onPartitionsLost(Collection<TopicPartition> partitions) {
                    listener.onPartitionsLost(partitions);
                }
            });
        }

        /** Gaps are not to be had each time that a partition changes hands; what is below the commit is. */
        private void goBack(Collection<TopicPartition> partitions) {
            try {
                super.committed(Set.copyOf(partitions), LOOK_LIMIT).forEach((partition, offset) -> {
                    if (offset != null) {
                        seek(partition, back(offset));
                    }
                });
            } catch (TimeoutException e) {
                // brokers are taken away, too: another time
            }
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            if (++polls % POLLS_UNTIL_IDLE == 0) {
                try {
                    TimeUnit.MILLISECONDS.sleep(3_300);
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                }
            }
            return super.poll(timeout);
        }

        @Override
        public void close(CloseOptions options) {
            Thread leftBehind = new Thread(
                    () -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException interrupt) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "left-behind");
            leftBehind.setDaemon(true);
            leftBehind.start();
            super.close(options);
        }
    }
}
