package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A source with a defect fails the contract, and fails the case that is there for it. */
final class InMemoryContractTeethTest {
    private enum Defect {
        NONE(""),
        IGNORES_PAUSE("pause_holdsAPartitionBack_untilResume"),
        IGNORES_RESUME("pause_holdsAPartitionBack_untilResume"),
        FORGETS_THE_PAUSE_OF_ASSIGNED("pause_withinAssigned_holdsFromTheStart"),
        IGNORES_WAKEUP("wakeup_endsAPollThatWaits"),
        FORGETS_AN_EARLY_WAKEUP("wakeup_beforeAPoll_endsIt"),
        ASSIGNS_AGAIN("firstPolls_assignEveryPartition_once"),
        ASSIGNS_WITHIN_OPEN("open_callsNobodyBack"),
        REVOKES_AFTER_IT_LEFT("commit_withinRevoked_isStored"),
        TELLS_LOST_AT_CLOSE("close_revokesWhatIsAssigned"),
        CLOSES_IN_SILENCE("close_revokesWhatIsAssigned"),
        REVOKES_AT_EVERY_CLOSE("close_twice_doesNothing"),
        DROPS_A_RECORD("poll_handsOverEveryRecord_inOrder"),
        REVERSES_RECORDS("poll_handsOverEveryRecord_inOrder"),
        HANDS_OVER_TWICE("poll_handsOverEveryRecord_inOrder"),
        FREEZES_THE_END_POSITION("poll_handsOverEveryRecord_inOrder"),
        STOPS_AT_HOLES("endPosition_passesAHoleAtTheEnd"),
        HIDES_RESETS("position_thatWasDeleted_isReset"),
        DECODES_ONCE("records_decodeAgain"),
        ORDERS_BY_IDENTITY("orderingKeys_areEqual_whereKeysAre"),
        SHOWS_A_WRONG_END("endOffset_isBehindTheLastRecord_orNotKnown"),
        GROWS("sizes_areNotNegative_andStay"),
        HIDES_WHAT_IS_COMMITTED("restart_beginsAtTheCommittedOffset"),
        COMMITS_BY_ITSELF("assigned_withoutACommit_saysSo"),
        DROPS_METADATA("commit_keepsOffsetEpochAndMetadata"),
        DROPS_THE_EPOCH("commit_keepsOffsetEpochAndMetadata"),
        COUNTS_BYTES("commit_keepsMetadataAtItsLimit"),
        FAILS_NEIGHBOURS("commit_overTheLimit_isRejected_andItsNeighbourIsStored"),
        ANSWERS_FOR_ONE_PARTITION("commit_answersEveryPartition"),
        NEVER_ANSWERS_ASYNC("commitAsync_answersOnce_onTheCallersThread"),
        ANSWERS_ASYNC_TWICE("commitAsync_answersOnce_onTheCallersThread"),
        ANSWERS_ASYNC_ON_ITS_OWN_THREAD("commitAsync_answersOnce_onTheCallersThread"),
        HAS_NO_POLL_INTERVAL("settings_areInTheirRanges"),
        HIDES_THAT_IT_HAS_NOTHING("aMemberThatGetsNothing_isToldSo"),
        SHARES_NOTHING("twoMembers_shareThePartitions"),
        REVOKES_IN_SILENCE("revoked_comesBeforeThePartitionMoves_andCommitsWithinItMoveAlong");

        final String found;

        Defect(String found) {
            this.found = found;
        }
    }

    @Test
    void sourceWithoutDefect_failsNothing() {
        assertThat(failed(Defect.NONE, Duration.ofSeconds(10), name -> true)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Defect.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void defect_failsItsCase(Defect defect) {
        // patience is what a case waits for what never comes
        assertThat(failed(defect, Duration.ofMillis(100), defect.found::equals)).containsExactly(defect.found);
    }

    /** The names of the cases that fail by an assertion. */
    private static List<String> failed(Defect defect, Duration patience, Predicate<String> which) {
        var harness = new InMemorySourceContractTest.InMemoryHarness(RebalanceProtocol.COOPERATIVE) {
            private int groups;

            @Override
            public MessageSource<String, String> source(String group, String topic) {
                String joined = defect == Defect.SHARES_NOTHING ? group + ++groups : group;
                return new Defective(super.source(joined, topic), defect);
            }

            @Override
            public Duration patience() {
                return patience;
            }
        };
        List<String> failed = new ArrayList<>();
        for (MessageSourceContract.Case each : MessageSourceContract.cases(harness)) {
            if (which.test(each.name())) {
                try {
                    each.run();
                } catch (AssertionError e) {
                    failed.add(each.name());
                } catch (Exception e) {
                    failed.add(each.name() + " by " + e);
                }
            }
        }
        return failed;
    }

    /** Forwards to a source that works, but for one thing. */
    private static final class Defective implements MessageSource<String, String>, PartitionListener, OffsetCommitter {
        private final MessageSource<String, String> source;
        private final Defect defect;
        private final Map<TopicPartition, Long> lastEnds = new HashMap<>();
        private final List<TopicPartition> has = new ArrayList<>();
        private @Nullable PartitionListener listener;
        private boolean closing;
        private boolean polling;

        Defective(MessageSource<String, String> source, Defect defect) {
            this.source = source;
            this.defect = defect;
        }

        private boolean is(Defect one) {
            return defect == one;
        }

        @Override
        public void open(PartitionListener theirs) {
            listener = theirs;
            source.open(this);
            if (is(Defect.ASSIGNS_WITHIN_OPEN)) {
                theirs.assigned(List.of());
            }
        }

        @Override
        public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
            polling = true;
            source.poll(timeout, (partition, records, end) -> hand(receiver, partition, records, end));
            polling = false;
            if (is(Defect.ASSIGNS_AGAIN)) {
                has.forEach(each -> listener.assigned(List.of(new AssignedPartition(each, 0, null))));
            }
            if (is(Defect.COMMITS_BY_ITSELF)) {
                lastEnds.forEach((partition, end) ->
                        source.committer().commit(Map.of(partition, CommitPoint.of(end)), Duration.ofSeconds(1)));
            }
        }

        private void hand(
                RecordReceiver<String, String> receiver,
                TopicPartition partition,
                Iterator<? extends SourceRecord<String, String>> batch,
                long endPosition) {
            List<SourceRecord<String, String>> records = new ArrayList<>();
            batch.forEachRemaining(record -> records.add(new DefectiveRecord(record, defect)));
            long end = endPosition;
            long last = records.isEmpty() ? -1 : records.get(records.size() - 1).offset();
            switch (defect) {
                case DROPS_A_RECORD -> records.remove(records.size() / 2);
                case REVERSES_RECORDS -> Collections.reverse(records);
                case HANDS_OVER_TWICE -> records.addAll(List.copyOf(records));
                case FREEZES_THE_END_POSITION -> end = lastEnds.getOrDefault(partition, 0L);
                case STOPS_AT_HOLES -> end = last + 1;
                default -> {}
            }
            lastEnds.put(partition, end);
            receiver.receive(partition, records.iterator(), end);
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            if (!is(Defect.IGNORES_PAUSE) && !(is(Defect.FORGETS_THE_PAUSE_OF_ASSIGNED) && polling)) {
                source.pause(partitions);
            }
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            if (!is(Defect.IGNORES_RESUME)) {
                source.resume(partitions);
            }
        }

        @Override
        public void wakeup() {
            if (!is(Defect.IGNORES_WAKEUP) && (polling || !is(Defect.FORGETS_AN_EARLY_WAKEUP))) {
                source.wakeup();
            }
        }

        @Override
        public Duration maxPollInterval() {
            return is(Defect.HAS_NO_POLL_INTERVAL) ? Duration.ZERO : source.maxPollInterval();
        }

        @Override
        public long endOffset(TopicPartition partition) {
            long end = source.endOffset(partition);
            return defect == Defect.SHOWS_A_WRONG_END ? end + 1 : end;
        }

        @Override
        public OffsetCommitter committer() {
            return this;
        }

        @Override
        public void close(Duration timeout) {
            closing = true;
            List<TopicPartition> had = new ArrayList<>(has);
            source.close(timeout);
            if (is(Defect.REVOKES_AFTER_IT_LEFT)) {
                listener.revoked(had);
            }
            if (is(Defect.REVOKES_AT_EVERY_CLOSE) && had.isEmpty()) {
                listener.revoked(List.of());
            }
        }

        @Override
        public void assigned(Collection<AssignedPartition> partitions) {
            if (partitions.isEmpty() && is(Defect.HIDES_THAT_IT_HAS_NOTHING)) {
                return;
            }
            partitions.forEach(each -> has.add(each.partition()));
            listener.assigned(
                    is(Defect.HIDES_WHAT_IS_COMMITTED)
                            ? partitions.stream()
                                    .map(each -> new AssignedPartition(each.partition(), each.position(), null))
                                    .toList()
                            : partitions);
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            has.removeAll(partitions);
            boolean silent = closing
                    ? is(Defect.CLOSES_IN_SILENCE) || is(Defect.REVOKES_AFTER_IT_LEFT)
                    : is(Defect.REVOKES_IN_SILENCE);
            if (closing && is(Defect.TELLS_LOST_AT_CLOSE)) {
                listener.lost(partitions);
            } else if (!silent) {
                listener.revoked(partitions);
            }
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            has.removeAll(partitions);
            listener.lost(partitions);
        }

        @Override
        public void reset(TopicPartition partition, long position) {
            if (!is(Defect.HIDES_RESETS)) {
                listener.reset(partition, position);
            }
        }

        @Override
        public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
            Map<TopicPartition, CommitPoint> sent = new HashMap<>(points);
            if (is(Defect.DROPS_METADATA)) {
                sent.replaceAll((partition, point) -> new CommitPoint(point.offset(), point.leaderEpoch(), ""));
            }
            if (is(Defect.DROPS_THE_EPOCH)) {
                sent.replaceAll((partition, point) -> new CommitPoint(point.offset(), -1, point.metadata()));
            }
            if (is(Defect.COUNTS_BYTES)) {
                sent.values().removeIf(point -> utf8(point.metadata()) > metadataLimit());
            }
            if (is(Defect.FAILS_NEIGHBOURS)
                    && points.values().stream()
                            .anyMatch(point -> point.metadata().length() > metadataLimit())) {
                sent.clear();
            }
            if (is(Defect.ANSWERS_FOR_ONE_PARTITION)) {
                sent.keySet().retainAll(List.of(new TreeSet<>(points.keySet()).first()));
            }
            return sent.isEmpty()
                    ? new CommitResult(Map.of(), null)
                    : source.committer().commit(sent, timeout);
        }

        @Override
        public void commitAsync(
                Map<TopicPartition, CommitPoint> points, Duration timeout, Consumer<? super CommitResult> done) {
            switch (defect) {
                case NEVER_ANSWERS_ASYNC -> commit(points, timeout);
                case ANSWERS_ASYNC_TWICE -> {
                    done.accept(commit(points, timeout));
                    done.accept(CommitResult.committed(points.keySet()));
                }
                case ANSWERS_ASYNC_ON_ITS_OWN_THREAD -> {
                    CommitResult result = commit(points, timeout);
                    Thread thread = new Thread(() -> done.accept(result));
                    thread.start();
                    try {
                        thread.join();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                default -> source.committer().commitAsync(points, timeout, done);
            }
        }

        @Override
        public int metadataLimit() {
            return source.committer().metadataLimit();
        }

        private static int utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    private static final class DefectiveRecord implements SourceRecord<String, String> {
        private final SourceRecord<String, String> record;
        private final Defect defect;
        private int decoded;

        DefectiveRecord(SourceRecord<String, String> record, Defect defect) {
            this.record = record;
            this.defect = defect;
        }

        @Override
        public long offset() {
            return record.offset();
        }

        @Override
        public int leaderEpoch() {
            return record.leaderEpoch();
        }

        @Override
        public @Nullable Object orderingKey() {
            Object key = record.orderingKey();
            return key != null && defect == Defect.ORDERS_BY_IDENTITY ? new Object() : key;
        }

        @Override
        public int sizeBytes() {
            return record.sizeBytes() + (defect == Defect.GROWS ? decoded : 0);
        }

        @Override
        public Message<String, String> decode() throws Exception {
            if (decoded++ > 0 && defect == Defect.DECODES_ONCE) {
                return TestMessage.of(null, null);
            }
            return record.decode();
        }
    }
}
