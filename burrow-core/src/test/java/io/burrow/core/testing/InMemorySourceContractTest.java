package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class InMemorySourceContractTest {
    @TestFactory
    Stream<DynamicContainer> inMemorySource_keepsTheContract() {
        return Stream.of(RebalanceProtocol.values())
                .map(protocol -> dynamicContainer(
                        protocol.name(),
                        MessageSourceContract.cases(new InMemoryHarness(protocol)).stream()
                                .map(each -> dynamicTest(each.name(), each::run))));
    }

    @Test
    void cases_haveNamesOfTheirOwn() {
        assertThat(MessageSourceContract.cases(new InMemoryHarness(RebalanceProtocol.EAGER)))
                .extracting(MessageSourceContract.Case::name)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(30);
    }

    /** The contract over one broker in memory. */
    static class InMemoryHarness implements MessageSourceContract.Harness {
        final InMemoryBroker broker = new InMemoryBroker();
        private final RebalanceProtocol protocol;
        private int topics;

        InMemoryHarness(RebalanceProtocol protocol) {
            this.protocol = protocol;
        }

        @Override
        public String createTopic(int partitions) {
            String topic = "topic" + ++topics;
            broker.createTopic(topic, partitions);
            return topic;
        }

        @Override
        public long produce(String topic, int partition, @Nullable String key, @Nullable String value) {
            return broker.produce(topic, partition, key, value);
        }

        @Override
        public MessageSource<String, String> source(String group, String topic) {
            if (broker.members(group).isEmpty()) {
                broker.protocol(group, protocol);
            }
            return broker.source(group, List.of(topic));
        }

        @Override
        public @Nullable CommitPoint committed(String group, TopicPartition partition) {
            return broker.committed(group, partition);
        }

        @Override
        public long leaveHole(String topic, int partition) {
            return broker.skipOffsets(topic, partition, 3);
        }

        @Override
        public void deleteRecordsBefore(String topic, int partition, long offset) {
            broker.deleteRecordsBefore(topic, partition, offset);
        }

        @Override
        public Set<MessageSourceContract.Capability> capabilities() {
            return EnumSet.allOf(MessageSourceContract.Capability.class);
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Duration pollTimeout() {
            return Duration.ofMillis(1);
        }
    }
}
