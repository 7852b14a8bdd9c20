package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.DecodingException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class InMemorySourceTest {
    private static final TopicPartition T0 = new TopicPartition("t", 0);
    private static final TopicPartition T1 = new TopicPartition("t", 1);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);

    @Test
    void poll_handsOverAtMostItsLimit_andGoesRoundThePartitions() {
        produce(0, 5);
        produce(1, 5);
        SourceProbe probe = new SourceProbe(broker.source("g", List.of("t"), o -> o.maxPollRecords(3))).open();
        poll(probe);
        assertThat(probe.offsets(T0)).containsExactly(0L, 1L, 2L);
        poll(probe);
        assertThat(probe.offsets(T1)).containsExactly(0L, 1L, 2L);
        poll(probe);
        assertThat(probe.offsets(T0)).hasSize(5);
        assertThat(probe.offsets(T1)).hasSize(4);
    }

    @Test
    void endPosition_passesHoles() {
        produce(0, 1);
        broker.skipOffsets("t", 0, 4);
        produce(0, 1);
        SourceProbe probe = new SourceProbe(broker.source("g", List.of("t"), o -> o.maxPollRecords(1))).open();
        poll(probe);
        assertThat(probe.endPositions).containsEntry(T0, 5L);
        poll(probe);
        assertThat(probe.endPositions).containsEntry(T0, 6L);
        broker.skipOffsets("t", 0, 2);
        poll(probe);
        assertThat(probe.endPositions).containsEntry(T0, 8L);
        assertThat(probe.received()).isEqualTo(2);
    }

    @Test
    void latest_beginsAtTheEnd() {
        produce(0, 3);
        SourceProbe probe = open(ResetPolicy.LATEST);
        poll(probe);
        produce(0, 1);
        poll(probe);
        assertThat(probe.offsets(T0)).containsExactly(3L);
        assertThat(probe.assigned.get(T0).position()).isEqualTo(3);
    }

    @Test
    void none_failsThePoll_ifNothingIsCommitted() {
        broker.setCommitted("g", T0, CommitPoint.of(0));
        SourceProbe probe = open(ResetPolicy.NONE);
        assertThatThrownBy(() -> poll(probe))
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("t-1");
        probe.close();
        assertThat(probe.events).isEmpty();

        broker.setCommitted("g", T1, CommitPoint.of(0));
        SourceProbe next = open(ResetPolicy.NONE);
        poll(next);
        assertThat(next.assigned).hasSize(2);
    }

    @Test
    void resetPosition_isTold_andReadFrom() {
        produce(0, 5);
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        broker.faults().resetPosition("m", T0, 3);
        poll(probe);
        assertThat(probe.events).last().isEqualTo("reset t-0 to 3");
        assertThat(probe.offsets(T0)).containsExactly(0L, 1L, 2L, 3L, 4L, 3L, 4L);
    }

    @Test
    void truncation_belowThePosition_resetsToIt() {
        produce(0, 5);
        SourceProbe probe = open(ResetPolicy.LATEST);
        broker.setCommitted("g", T0, CommitPoint.of(5));
        poll(probe);
        broker.truncateTo("t", 0, 2);
        poll(probe);
        assertThat(probe.events).last().isEqualTo("reset t-0 to 2");
    }

    @Test
    void truncation_isFoundByItsEpoch_whenTheLogHasGrownAgain() {
        produce(0, 5);
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        broker.truncateTo("t", 0, 2);
        produce(0, 10);
        poll(probe);
        assertThat(probe.events).last().isEqualTo("reset t-0 to 2");
        assertThat(probe.offsets(T0).subList(5, 15)).startsWith(2L).endsWith(11L);
        assertThat(probe.records.get(T0).get(5).leaderEpoch()).isEqualTo(1);
        poll(probe);
        assertThat(probe.received()).isEqualTo(15);
    }

    @Test
    void truncation_isFoundByTheCommittedEpoch_afterARestart() {
        produce(0, 5);
        broker.setCommitted("g", T0, new CommitPoint(5, 0, ""));
        broker.truncateTo("t", 0, 3);
        produce(0, 10);
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        assertThat(probe.assigned.get(T0).position()).isEqualTo(5);
        assertThat(probe.events).last().isEqualTo("reset t-0 to 3");
        assertThat(probe.offsets(T0)).startsWith(3L);
    }

    @Test
    void newEpoch_withoutLoss_resetsNothing() {
        produce(0, 5);
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        broker.truncateTo("t", 0, 5);
        broker.skipOffsets("t", 0, 2);
        poll(probe);
        produce(0, 1);
        poll(probe);
        assertThat(probe.events).hasSize(1);
        assertThat(probe.offsets(T0)).endsWith(7L);
    }

    @ParameterizedTest
    @EnumSource(ResetPolicy.class)
    void deletedPosition_isResetByThePolicy(ResetPolicy policy) {
        produce(0, 5);
        broker.setCommitted("g", T0, CommitPoint.of(1));
        broker.setCommitted("g", T1, CommitPoint.of(0));
        broker.deleteRecordsBefore("t", 0, 3);
        SourceProbe probe = open(policy);
        if (policy == ResetPolicy.NONE) {
            assertThatThrownBy(() -> poll(probe))
                    .isInstanceOf(BurrowException.class)
                    .hasMessageContaining("t-0");
        } else {
            poll(probe);
            assertThat(probe.events).last().isEqualTo("reset t-0 to " + (policy == ResetPolicy.EARLIEST ? 3 : 5));
        }
    }

    @Test
    void deletedPosition_ofAPausedPartition_isFoundWhenItIsResumed() {
        produce(0, 5);
        SourceProbe probe = new SourceProbe(broker.source("g", List.of("t"), o -> o.maxPollRecords(1))).open();
        poll(probe);
        probe.source.pause(List.of(T0));
        broker.deleteRecordsBefore("t", 0, 4);
        poll(probe);
        assertThat(probe.events).hasSize(1);
        probe.source.resume(List.of(T0));
        poll(probe);
        assertThat(probe.events).last().isEqualTo("reset t-0 to 4");
    }

    @Test
    void topicMadeAgain_isReadFromItsBeginning() {
        produce(0, 5);
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        broker.setCommitted("g", T0, CommitPoint.of(4));
        poll(probe);
        broker.deleteTopic("t");
        broker.createTopic("t", 2);
        produce(0, 9);
        poll(probe);
        poll(probe);
        assertThat(probe.offsets(T0)).hasSize(10).endsWith(8L);
    }

    @Test
    void undecodableRecord_hasItsPlaceAndKey_andThrowsWhenDecoded() {
        broker.produceUndecodable("t", 0, "k");
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        SourceRecord<String, String> record = probe.records.get(T0).get(0);
        assertThat(record.orderingKey()).isEqualTo("k");
        assertThatThrownBy(record::decode).isInstanceOf(DecodingException.class);
    }

    @Test
    void sizes_areThoseOfTheSizer_orLengths() {
        broker.produce("t", 0, "key", "value");
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        assertThat(probe.records.get(T0).get(0).sizeBytes()).isEqualTo(16 + 3 + 5);
        SourceProbe sized = new SourceProbe(broker.source("h", List.of("t"), o -> o.sizer(message -> 77))).open();
        poll(sized);
        assertThat(sized.records.get(T0).get(0).sizeBytes()).isEqualTo(77);
    }

    @Test
    void failNextPoll_throwsOnce() {
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        broker.faults().failNextPoll("m", new IllegalArgumentException("planned"));
        assertThatIllegalArgumentException().isThrownBy(() -> poll(probe)).withMessage("planned");
        poll(probe);
        assertThat(probe.assigned).hasSize(2);
    }

    @Test
    void waitingPoll_endsForARecord_aWakeup_aRebalanceAndACrash() throws Exception {
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        duringPoll(probe, () -> broker.produce("t", 0, "k", "v"));
        assertThat(probe.received()).isOne();
        duringPoll(probe, probe.source::wakeup);
        duringPoll(probe, () -> broker.faults().rebalance("g"));
        assertThat(probe.events).hasSize(3);
        assertThat(probe.received())
                .as("read again, since nothing was committed")
                .isEqualTo(2);
        duringPoll(probe, () -> broker.faults().resetPosition("m", T0, 0));
        assertThat(probe.received()).isEqualTo(3);
        assertThatThrownBy(() -> duringPoll(probe, () -> broker.faults().crash("m")))
                .hasRootCauseInstanceOf(BurrowException.class);
    }

    @Test
    void interruptedPoll_throws_andStaysInterrupted() {
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> probe.poll(LONG)).isInstanceOf(BurrowException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void twoThreadsAtOnce_areFound() throws Exception {
        SourceProbe probe = open(ResetPolicy.EARLIEST);
        poll(probe);
        duringPoll(probe, () -> {
            assertThatThrownBy(() -> probe.source.pause(List.of(T0)))
                    .isInstanceOf(ConcurrentModificationException.class)
                    .hasMessageContaining(Thread.currentThread().getName());
            probe.source.wakeup();
        });
    }

    @Test
    void misuse_isRefused() {
        SourceProbe probe = new SourceProbe(broker.source("g", List.of("t")));
        assertThatIllegalStateException().isThrownBy(() -> poll(probe)).withMessageContaining("not open");
        probe.open();
        assertThatThrownBy(probe::open).hasMessageContaining("ALREADY_STARTED");
        assertThatIllegalArgumentException().isThrownBy(() -> probe.poll(Duration.ofMillis(-1)));
        probe.onAssigned = partitions -> assertThatIllegalStateException()
                .isThrownBy(() -> probe.source.close(Duration.ZERO))
                .withMessageContaining("within");
        poll(probe);
        probe.close();
        assertThatIllegalStateException().isThrownBy(() -> poll(probe)).withMessageContaining("closed");
        assertThatThrownBy(probe::open).hasMessageContaining("CLOSED");
    }

    @Test
    void options_reportAllProblemsTogether() {
        assertThatThrownBy(() -> broker.source(
                        "g", List.of("t"), o -> o.member(" ").maxPollRecords(0).maxPollInterval(Duration.ZERO)))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.setting())
                                .containsExactly("member", "maxPollRecords", "maxPollInterval"));
    }

    @Test
    void membersWithoutNames_areCounted() {
        assertThat(broker.source("g", List.of("t")).member()).isEqualTo("g-1");
        assertThat(broker.source("g", List.of("t")).member()).isEqualTo("g-2");
        assertThat(broker.source("h", List.of("t")).member()).isEqualTo("h-1");
    }

    /** Does something on another thread while the source waits in a poll, which must end soon. */
    private static void duringPoll(SourceProbe probe, Runnable action) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Thread poller = Thread.currentThread();
            Future<?> done = other.submit((Callable<Void>) () -> {
                while (poller.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
                action.run();
                return null;
            });
            long start = System.nanoTime();
            try {
                probe.poll(LONG);
            } catch (BurrowException e) {
                throw new IllegalStateException(e);
            }
            done.get(1, TimeUnit.MINUTES);
            assertThat(System.nanoTime() - start).isLessThan(LONG.toNanos());
        } finally {
            other.shutdownNow();
        }
    }

    private SourceProbe open(ResetPolicy policy) {
        return new SourceProbe(
                        broker.source("g", List.of("t"), o -> o.member("m").resetPolicy(policy)))
                .open();
    }

    private static void poll(SourceProbe probe) {
        probe.poll(Duration.ZERO);
    }

    private void produce(int partition, int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", partition, "k", "v");
        }
    }
}
