package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.P1;
import static io.burrow.kafka.ScriptedConsumer.fetched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Set;
import java.util.Spliterator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What polls hand over, and what is made of the client's failures, over a scripted consumer. */
class KafkaSourcePollTest {
    @Test
    void poll_records_areHandedOverByPartitionWithTheirEnd() {
        Harness harness = Harness.assigned();
        harness.consumer.addRecord(ScriptedConsumer.record("orders", 0, 0));
        harness.consumer.addRecord(ScriptedConsumer.record("orders", 0, 1));
        harness.consumer.addRecord(ScriptedConsumer.record("orders", 1, 5));

        harness.poll();

        assertThat(harness.received).containsExactlyInAnyOrder("orders-0 [0, 1] -> 2", "orders-1 [5] -> 6");
    }

    /** Tools that trace consumers wrap what a poll returned, and make a span of each step of an iterator. */
    @Test
    void poll_records_areTakenByIndex_neverByIterator() {
        List<ConsumerRecord<byte[], byte[]>> watched = new AbstractList<>() {
            @Override
            public ConsumerRecord<byte[], byte[]> get(int index) {
                return ScriptedConsumer.record("orders", 0, index);
            }

            @Override
            public int size() {
                return 3;
            }

            @Override
            public Iterator<ConsumerRecord<byte[], byte[]>> iterator() {
                throw new AssertionError("iterated");
            }

            @Override
            public ListIterator<ConsumerRecord<byte[], byte[]>> listIterator(int index) {
                throw new AssertionError("iterated");
            }

            @Override
            public Spliterator<ConsumerRecord<byte[], byte[]>> spliterator() {
                throw new AssertionError("streamed");
            }
        };
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(new ConsumerRecords<>(Map.of(K0, watched), Map.of(K0, new OffsetAndMetadata(3))));

        harness.poll();

        assertThat(harness.received).containsExactly("orders-0 [0, 1, 2] -> 3");
    }

    @Test
    void poll_holeAtTheEnd_endsBehindIt() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 9, 3, 5));

        harness.poll();

        assertThat(harness.received).containsExactly("orders-0 [3, 5] -> 9");
    }

    @Test
    void poll_positionAdvancedWithoutRecords_isHandedOver() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 4));

        harness.poll();

        assertThat(harness.received).containsExactly("orders-0 [] -> 4");
        assertThat(harness.listener.events).isEmpty();
    }

    @Test
    void poll_nextOffsetsLost_endsBehindTheLastRecord() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(
                new ConsumerRecords<>(Map.of(K0, List.of(ScriptedConsumer.record("orders", 0, 7))), Map.of()));

        harness.poll();

        assertThat(harness.received).containsExactly("orders-0 [7] -> 8");
    }

    @Test
    void poll_recordsOfAPartitionNotHeld_areDropped() {
        Harness harness = Harness.opened();
        harness.consumer.rebalance(List.of(Harness.K1));
        harness.consumer.polls.add(fetched(K0, 2, 1));

        harness.poll();

        assertThat(harness.received).isEmpty();
    }

    @Test
    void poll_damagedBatch_halt_namesPartitionAndOffset() {
        Harness harness = Harness.assigned();
        harness.consumer.positions.put(K0, 7L);
        harness.consumer.setPollException(damaged("orders-0", 5));

        BurrowException e = catchThrowableOfType(BurrowException.class, harness::poll);

        assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(e)
                .hasMessageContaining("in orders-0 at offset 7 is damaged")
                .hasMessageContaining("onCorruptRecords(SKIP)");
    }

    @Test
    void poll_damagedBatch_skip_goesOnePastItEachTimeAndTellsWhatWasPassed() {
        Harness harness = skipping();
        harness.consumer.polls.add(fetched(K0, 7, 6));
        harness.poll();
        for (int offset = 7; offset < 10; offset++) {
            harness.consumer.positions.put(K0, (long) offset);
            harness.consumer.setPollException(damaged("orders-0", 5));
            harness.poll();
            assertThat(harness.consumer.seeks).endsWith("orders-0 to " + (offset + 1));
        }
        assertThat(harness.listener.events).isEmpty();

        harness.consumer.polls.add(fetched(K0, 11, 10));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 7 to 10");
        assertThat(harness.received).containsExactly("orders-0 [6] -> 7", "orders-0 [10] -> 11");
    }

    @Test
    void poll_damagedBatchWhosePositionIsNotKnownNow_skip_isMetAgainAndPassedBy() {
        Harness harness = skipping();
        harness.consumer.positionFailure = key -> new TimeoutException("another leader");
        harness.consumer.setPollException(damaged("orders-0", 0));
        harness.poll();
        assertThat(harness.consumer.seeks).isEmpty();

        harness.consumer.positionFailure = key -> null;
        harness.consumer.positions.put(K0, 0L);
        harness.consumer.setPollException(damaged("orders-0", 0));
        harness.poll();
        assertThat(harness.consumer.seeks).containsExactly("orders-0 to 1");
    }

    @Test
    void poll_damagedBatchAtTheEnd_skip_isHandedOverAsAnEndWhenIdle() {
        Harness harness = skipping();
        harness.consumer.setPollException(damaged("orders-0", 0));
        harness.consumer.positions.put(K0, 0L);
        harness.poll();
        harness.consumer.positions.put(K0, 1L);

        harness.pass(Duration.ofSeconds(1));
        harness.poll();

        assertThat(harness.listener.events).containsExactly("skipped orders-0 from 0 to 1");
        assertThat(harness.received).containsExactly("orders-0 [] -> 1");
    }

    @Test
    void poll_damagedBatchOfAPartitionNotHeld_isNotBelieved() {
        Harness harness = skipping();
        harness.consumer.setPollException(damaged("orders-7", 0));

        assertThat(catchThrowableOfType(BurrowException.class, harness::poll).code())
                .isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(harness.consumer.seeks).isEmpty();
    }

    private static Harness skipping() {
        Harness harness = new Harness(
                ScriptedConsumer.of("orders"), true, OffsetReset.UNKNOWN, CorruptRecordsAction.SKIP, "orders");
        harness.source.open(harness.listener);
        harness.consumer.rebalance(List.of(K0, Harness.K1));
        harness.listener.events.clear();
        harness.consumer.seeks.clear();
        return harness;
    }

    /** As the client says it: what it is shows in the words alone. */
    private static KafkaException damaged(String partition, long offset) {
        return new KafkaException(
                "Received exception when fetching the next record from " + partition
                        + ". If needed, please seek past the record to continue consumption.",
                new KafkaException("Record batch for partition " + partition + " at offset " + offset
                        + " is invalid, cause: Record is corrupt"));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new TopicAuthorizationException(Set.of("orders")), ErrorCode.NOT_AUTHORIZED, "[orders]"),
                Arguments.of(GroupAuthorizationException.forGroupId("g"), ErrorCode.NOT_AUTHORIZED, "group g"),
                Arguments.of(new SaslAuthenticationException("no"), ErrorCode.NOT_AUTHORIZED, "credentials"),
                Arguments.of(new FencedInstanceIdException("x"), ErrorCode.COMMIT_FENCED, "group.instance.id"),
                Arguments.of(
                        new NoOffsetForPartitionException(Set.of(K0)),
                        ErrorCode.SOURCE_FAILED,
                        "no offset is committed for orders-0"),
                Arguments.of(
                        new OffsetOutOfRangeException(Map.of(K0, 7L)),
                        ErrorCode.SOURCE_FAILED,
                        "orders-0 is outside of the log"),
                Arguments.of(
                        new LogTruncationException("cut", Map.of(K0, 7L), Map.of()),
                        ErrorCode.SOURCE_FAILED,
                        "the log of orders-0 was truncated"),
                Arguments.of(
                        new KafkaException("strange", new CorruptRecordException()),
                        ErrorCode.SOURCE_FAILED,
                        "a record is damaged"),
                Arguments.of(damaged("orders-0", 0), ErrorCode.SOURCE_FAILED, "orders-0 at offset 0 is damaged"),
                Arguments.of(
                        new KafkaException(
                                "Encountered corrupt message when fetching offset 0 for topic-partition orders-0"),
                        ErrorCode.SOURCE_FAILED,
                        "orders-0 at offset 0 is damaged"),
                Arguments.of(new UnsupportedVersionException("old"), ErrorCode.SOURCE_FAILED, "group.protocol"),
                Arguments.of(new KafkaException("strange"), ErrorCode.SOURCE_FAILED, "strange"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void poll_clientThrows_isReportedInBurrowsWords(KafkaException thrown, ErrorCode code, String words) {
        Harness harness = Harness.assigned();
        harness.consumer.setPollException(thrown);

        BurrowException e = catchThrowableOfType(BurrowException.class, harness::poll);

        assertThat(e.code()).isEqualTo(code);
        assertThat(e).hasMessageContaining(words).hasCause(thrown);
    }

    @Test
    void poll_failureThatPasses_isContained() {
        Harness harness = Harness.assigned();
        harness.consumer.setPollException(new TimeoutException("busy"));
        harness.poll();
        harness.consumer.setPollException(DisconnectException.INSTANCE);
        harness.poll();
        harness.consumer.addRecord(ScriptedConsumer.record("orders", 1, 0));
        harness.poll();

        assertThat(harness.received).containsExactly("orders-1 [0] -> 1");
    }

    @Test
    void poll_interrupted_stopsAndLeavesTheInterrupt() {
        Harness harness = Harness.assigned();
        harness.consumer.setPollException(new InterruptException("stop"));

        BurrowException e = catchThrowableOfType(BurrowException.class, harness::poll);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    }

    @Test
    void poll_receiverThrows_isNotTakenForAFailureOfTheClient() {
        Harness harness = Harness.assigned();
        harness.consumer.polls.add(fetched(K0, 1, 0));
        IllegalStateException thrown = new IllegalStateException("engine");

        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> harness.source.poll(Duration.ZERO, (partition, records, end) -> {
                            throw thrown;
                        })))
                .isSameAs(thrown);
    }

    @Test
    void wakeup_beforeOpenAndAfterClose_doesNothing() {
        Harness harness = new Harness(ScriptedConsumer.of("orders"), "orders");
        harness.source.wakeup();
        harness.source.open(harness.listener);
        harness.source.close(Duration.ZERO);
        harness.source.wakeup();

        assertThat(harness.consumer.wakeups).isZero();
    }

    @Test
    void wakeup_betweenPolls_makesTheNextOneNotWait() {
        Harness harness = Harness.assigned();
        harness.consumer.addRecord(ScriptedConsumer.record("orders", 0, 0));

        harness.source.wakeup();
        harness.poll();
        assertThat(harness.consumer.lastPollTimeout()).isZero();
        assertThat(harness.received).as("and it still fetches").hasSize(1);

        harness.poll();
        assertThat(harness.consumer.lastPollTimeout()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void wakeup_whileThePollWaits_endsIt() {
        Harness harness = Harness.assigned();
        harness.consumer.schedulePollTask(harness.source::wakeup);
        harness.poll();

        assertThat(harness.consumer.wakeups).isEqualTo(1);
        harness.poll();
        assertThat(harness.consumer.lastPollTimeout()).as("delivered once").isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void pause_ofWhatIsNotAssigned_isIgnored() {
        Harness harness = Harness.opened();
        harness.consumer.rebalance(List.of(K0));

        harness.source.pause(List.of(P0, P1));
        assertThat(harness.consumer.paused()).containsExactly(K0);

        harness.source.resume(List.of(P0, P1));
        assertThat(harness.consumer.paused()).isEmpty();
    }
}
