package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class BrokerProcessIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

    @Test
    void restart_afterKill_keepsAddressRecordsAndCommits() {
        try (BrokerProcess broker = BrokerProcess.start()) {
            String address = broker.bootstrapServers();
            broker.createTopic("orders", 1);
            broker.produce("orders", Records.numbered("orders", 10));
            commit(broker, 4);

            broker.kill();
            assertThat(broker.isAlive()).isFalse();
            assertThat(broker.client().isServing()).isFalse();
            broker.restart();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(broker.endOffsets("orders")).containsExactly(Map.entry(PARTITION, 10L));
            assertThat(broker.committed("shop")).containsExactly(Map.entry(PARTITION, new OffsetAndMetadata(4)));
            broker.produce("orders", Records.numbered("orders", 10));
            assertThat(broker.endOffsets("orders")).containsExactly(Map.entry(PARTITION, 20L));
        }
    }

    @Test
    void restart_afterTerminate_keepsRecords(@TempDir Path directory) {
        try (BrokerProcess broker = BrokerProcess.builder().directory(directory).start()) {
            broker.createTopic("orders", 1);
            broker.produce("orders", Records.numbered("orders", 10));

            broker.terminate();
            assertThat(broker.isAlive()).isFalse();
            // Written by an orderly stop alone: the broker was not just killed.
            assertThat(directory.resolve("data").resolve(".kafka_cleanshutdown"))
                    .exists();
            broker.restart();

            assertThat(broker.endOffsets("orders")).containsExactly(Map.entry(PARTITION, 10L));
        }
        assertThat(directory).isNotEmptyDirectory();
    }

    @Test
    void pause_untilResume_answersNothing() {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createTopic("orders", 1);

            broker.pause();
            assertThat(broker.isAlive()).isTrue();
            assertThat(broker.client().isServing()).isFalse();
            broker.resume();

            assertThat(broker.produce("orders", Records.numbered("orders", 10))).isEqualTo(10);
        }
    }

    @Test
    void close_whilePaused_endsTheProcessAndDeletesItsDirectory() {
        BrokerProcess broker = BrokerProcess.start();
        Process child = broker.child();
        broker.pause();

        broker.close();
        broker.close();

        assertThat(child.isAlive()).isFalse();
        assertThat(broker.logFile().getParent()).doesNotExist();
        assertThatIllegalStateException().isThrownBy(broker::restart);
    }

    @Test
    void standardInput_ends_endsTheProcess() throws IOException {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.child().getOutputStream().close();

            Await.until("the end of the broker", LIMIT, () -> !broker.isAlive());
        }
    }

    @Test
    void start_badProperty_throwsWithTheEndOfTheLog() {
        BrokerProcess.Builder builder = BrokerProcess.builder().property("num.io.threads", "none");

        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("num.io.threads");
    }

    private static void commit(BrokerProcess broker, long offset) {
        try (Consumer<byte[], byte[]> consumer = Records.consumer(broker, "shop", "classic")) {
            consumer.assign(List.of(PARTITION));
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(offset)));
        }
    }
}
