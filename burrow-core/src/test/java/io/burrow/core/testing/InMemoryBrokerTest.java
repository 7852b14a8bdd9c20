package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InMemoryBrokerTest {
    private static final TopicPartition T0 = new TopicPartition("t", 0);

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);

    @Test
    void produce_countsTheOffsetsOfEachPartition() {
        assertThat(broker.produce("t", 0, "k", "v")).isZero();
        assertThat(broker.produce("t", 0, "k", "v")).isOne();
        assertThat(broker.produce("t", 1, "k", "v")).isZero();
        assertThat(broker.endOffset("t", 0)).isEqualTo(2);
    }

    @Test
    void produce_keepsHeadersAndTimestamp() {
        Headers headers = Headers.of(new Header("h", new byte[] {1}));
        broker.produce("t", 0, "k", "v", headers, 42);
        Message<Object, Object> message = broker.records("t", 0).get(0);
        assertThat(message.headers()).isSameAs(headers);
        assertThat(message.timestamp()).isEqualTo(42);
        broker.produce("t", 0, "k", "v");
        assertThat(broker.records("t", 0).get(1).timestamp()).isEqualTo(-1);
    }

    @Test
    void produceByKey_keepsAKeyInOnePartition_arraysByContent() {
        for (int i = 0; i < 10; i++) {
            broker.produce("t", new byte[] {7, 7}, "v");
        }
        assertThat(List.of(broker.endOffset("t", 0), broker.endOffset("t", 1))).containsExactlyInAnyOrder(0L, 10L);
    }

    @Test
    void produceWithoutKey_goesRound() {
        for (int i = 0; i < 10; i++) {
            broker.produce("t", null, "v");
        }
        assertThat(broker.endOffset("t", 0)).isEqualTo(5);
    }

    @Test
    void skippedOffsets_haveNoRecord() {
        broker.produce("t", 0, "k", "v");
        assertThat(broker.skipOffsets("t", 0, 3)).isEqualTo(4);
        assertThat(broker.produce("t", 0, "k", "v")).isEqualTo(4);
        assertThat(broker.records("t", 0)).extracting(TestMessage::offset).containsExactly(0L, 4L);
    }

    @Test
    void removedRecord_leavesAHole() {
        produce(3);
        assertThat(broker.removeRecord("t", 0, 1)).isTrue();
        assertThat(broker.removeRecord("t", 0, 1)).isFalse();
        assertThat(broker.records("t", 0)).extracting(TestMessage::offset).containsExactly(0L, 2L);
    }

    @Test
    void deletedBeginning_movesTheStartForwardOnly() {
        produce(5);
        broker.deleteRecordsBefore("t", 0, 3);
        broker.deleteRecordsBefore("t", 0, 1);
        assertThat(broker.startOffset("t", 0)).isEqualTo(3);
        assertThat(broker.records("t", 0)).extracting(TestMessage::offset).containsExactly(3L, 4L);
    }

    @Test
    void truncatedEnd_givesOffsetsAnew() {
        produce(5);
        broker.truncateTo("t", 0, 2);
        assertThat(broker.produce("t", 0, "k", "new")).isEqualTo(2);
        assertThat(broker.records("t", 0)).extracting(TestMessage::value).containsExactly("v", "v", "new");
    }

    @Test
    void lag_countsFromTheCommittedOffset_orTheStart() {
        produce(5);
        broker.produce("t", 1, "k", "v");
        assertThat(broker.lag("g", T0)).isEqualTo(5);
        assertThat(broker.lag("g")).as("a group that reads nothing").isZero();
        broker.setCommitted("g", T0, CommitPoint.of(2));
        assertThat(broker.lag("g")).isEqualTo(3);
        broker.deleteRecordsBefore("t", 0, 4);
        assertThat(broker.lag("g", T0)).isEqualTo(1);
        new SourceProbe(broker.source("g", List.of("t"))).open();
        assertThat(broker.lag("g")).isEqualTo(2);
        broker.setCommitted("g", T0, null);
        assertThat(broker.committed("g", T0)).isNull();
    }

    @Test
    void whatIsUnknownOrImpossible_isRefused_withItsName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.produce("x", 0, "k", "v"))
                .withMessageContaining("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.produce("t", 2, "k", "v"))
                .withMessageContaining("2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.createTopic("t", 1))
                .withMessageContaining("t");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.createTopic("u", 0))
                .withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> broker.deleteTopic("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.partitions("x"));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.addPartitions("t", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.skipOffsets("t", 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.truncateTo("t", 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.deleteRecordsBefore("t", 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.metadataLimit(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.source("g", List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> broker.faults().crash("nobody"));
    }

    @Test
    void missingTopic_isFoundAtOpen() {
        assertThatThrownBy(() -> new SourceProbe(broker.source("g", List.of("t", "x", "y"))).open())
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOPIC_MISSING))
                .hasMessageContaining("x, y");
        assertThat(broker.members("g")).isEmpty();
    }

    @Test
    void noText_showsKeysOrValues() {
        broker.produce("t", 0, "secret-key", "secret-value", Headers.of(new Header("h", "secret".getBytes())), 1);
        List<Object> seen = new ArrayList<>(broker.records("t", 0));
        SourceProbe probe = new SourceProbe(broker.source("g", List.of("t"))).open();
        probe.poll(Duration.ZERO);
        seen.addAll(probe.records.get(T0));
        seen.add(TestMessage.of("secret", "secret"));
        seen.add(probe.source);
        assertThat(seen).hasSize(4).noneMatch(each -> each.toString().contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sameCalls_giveTheSameHistory(long seed) {
        assertThat(randomHistory(seed)).isEqualTo(randomHistory(seed)).isNotEmpty();
    }

    /** Members that come, go, crash, expire, read and commit; all that they saw. */
    private static List<Object> randomHistory(long seed) {
        Random random = new Random(seed);
        InMemoryBroker broker = new InMemoryBroker().createTopic("t", 5);
        broker.protocol("g", random.nextBoolean() ? RebalanceProtocol.EAGER : RebalanceProtocol.COOPERATIVE);
        List<SourceProbe> probes = new ArrayList<>();
        List<Object> history = new ArrayList<>();
        for (int step = 0; step < 500; step++) {
            broker.produce("t", random.nextInt(5), "k", step);
            if (probes.size() < 3) {
                probes.add(new SourceProbe(broker.source("g", List.of("t"), o -> o.maxPollRecords(3))).open());
            }
            SourceProbe probe = probes.get(random.nextInt(probes.size()));
            String member = probe.source.toString().replace("source ", "");
            switch (random.nextInt(12)) {
                case 0 -> {
                    probe.close();
                    history.addAll(probe.events);
                    probes.remove(probe);
                }
                case 1 -> {
                    broker.faults().crash(member);
                    history.addAll(probe.events);
                    probes.remove(probe);
                }
                case 2 -> {
                    if (broker.members("g").contains(member)) {
                        broker.faults().expire(member);
                    }
                }
                case 3 -> broker.faults().rotate("g");
                case 4 ->
                    probe.endPositions.forEach((partition, end) -> probe.source
                            .committer()
                            .commit(Map.of(partition, CommitPoint.of(end)), Duration.ofSeconds(1)));
                default -> probe.poll(Duration.ZERO);
            }
            checkOwnership(broker, probes);
        }
        history.addAll(broker.commits("g"));
        return history;
    }

    /** No partition has two owners in the group; a member knows at most what it has. */
    private static void checkOwnership(InMemoryBroker broker, List<SourceProbe> probes) {
        List<TopicPartition> owned = new ArrayList<>();
        broker.members("g").forEach(member -> owned.addAll(broker.assignment(member)));
        assertThat(owned).doesNotHaveDuplicates();
        for (SourceProbe probe : probes) {
            String member = probe.source.toString().replace("source ", "");
            if (broker.members("g").contains(member)) {
                assertThat(probe.assigned.keySet()).isEqualTo(broker.assignment(member));
            }
        }
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", 0, "k", "v");
        }
    }
}
