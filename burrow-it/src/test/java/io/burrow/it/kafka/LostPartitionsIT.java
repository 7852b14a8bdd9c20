package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members that are put out in the middle of their work: what they had is lost, not revoked. */
@ExtendWith(SharedKafka.class)
@Timeout(180)
class LostPartitionsIT {
    private static final int POLL_INTERVAL_MILLIS = 1_000;
    private static final int RECORDS = 10;

    private final EmbeddedKafka kafka;

    LostPartitionsIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** What a member is told, in its order; and it can be kept from its polls. */
    private static final class Told implements BurrowListener {
        final Queue<String> events = new ConcurrentLinkedQueue<>();
        final Set<TopicPartition> owned = ConcurrentHashMap.newKeySet();
        final CountDownLatch kept = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        volatile boolean keep;

        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            partitions.forEach(each -> events.add("assigned " + each.partition()));
            owned.addAll(partitions);
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            owned.removeAll(partitions);
            partitions.forEach(each -> events.add("revoked " + each.partition()));
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            owned.removeAll(partitions);
            partitions.forEach(each -> events.add("lost " + each.partition()));
        }

        /** On the loop thread: while it is in here, nobody polls. */
        @Override
        public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
            points.forEach((partition, point) -> {
                if (result.outcome(partition) == CommitOutcome.COMMITTED) {
                    events.add("committed " + partition.partition() + " at " + point.offset());
                }
            });
            if (keep) {
                keep = false;
                events.add("kept");
                kept.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        boolean has(String event) {
            return events.contains(event);
        }

        /** What was told after one event, up to another one; both must be there. */
        List<String> between(String from, String to) {
            List<String> all = List.copyOf(events);
            assertThat(all).contains(from);
            List<String> after = all.subList(all.indexOf(from) + 1, all.size());
            assertThat(after).contains(to);
            return after.subList(0, after.indexOf(to));
        }
    }

    /** Each time that a record is handed over, in its order; none ends before the test says so. */
    private static final class Attempts {
        private record Attempt(long offset, CompletableFuture<String> stage) {}

        private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();

        CompletionStage<?> handle(Message<String, String> message) {
            Attempt attempt = new Attempt(message.offset(), new CompletableFuture<>());
            attempts.add(attempt);
            return attempt.stage();
        }

        List<Attempt> first(int count) {
            Await.until(count + " attempts", Scene.LIMIT, () -> attempts.size() >= count);
            return attempts.stream().limit(count).toList();
        }

        static void complete(List<Attempt> attempts, long from, long to) {
            attempts.stream()
                    .filter(each -> each.offset() >= from && each.offset() < to)
                    .forEach(each -> each.stage().complete("done"));
        }
    }

    /** The consumer protocol has no call to put members out. */
    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_EAGER", "CLASSIC_COOPERATIVE"})
    void putOutWhileItWorks_isToldThatItLost_andWhatEndsThenCountsForNothing(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, RECORDS);
            Told told = new Told();
            Attempts attempts = new Attempts();
            Burrow<String, String> burrow = scene.start(scene.burrow()
                    .config(config -> config.ordering(Ordering.UNORDERED))
                    .listener(told)
                    .asyncHandler(scene.exceptBeats(attempts::handle)));
            List<Attempts.Attempt> before = attempts.first(RECORDS);
            Attempts.complete(before, 0, 3);
            scene.awaitCommitted(0, 3);

            kafka.admin()
                    .removeMembersFromConsumerGroup(scene.group(), new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
            Await.until("the loss", Scene.LIMIT, () -> told.has("lost 0"));
            List<Attempts.Attempt> all = attempts.first(RECORDS + RECORDS - 3); // it is back, and has them again
            Attempts.complete(before, 3, RECORDS);
            scene.beat();

            assertThat(scene.committed(0)).isEqualTo(3);
            assertThat(told.between("lost 0", "assigned 0")).noneMatch(event -> event.startsWith("committed 0"));
            assertThat(told.events).noneMatch(event -> event.startsWith("revoked"));

            Attempts.complete(all.subList(RECORDS, all.size()), 3, RECORDS);
            scene.awaitAllCommitted();
            assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
            assertThat(scene.commitHistory(0)).isSorted().startsWith(0L).endsWith((long) RECORDS);
        }
    }

    /**
     * Others had its partitions meanwhile, and have left again: the broker would take from it what lowers an offset.
     */
    @ParameterizedTest
    @EnumSource
    void withoutPollsPastItsTime_isToldThatItLost_andLowersNothing(GroupProtocol protocol) {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, RECORDS);
            Told told = new Told();
            Attempts attempts = new Attempts();
            Burrow<String, String> frozen = scene.start(Scene.burrow(scene.source(
                            scene.consumerProperties(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MILLIS)))
                    .config(config -> config.ordering(Ordering.UNORDERED))
                    .listener(told)
                    .asyncHandler(scene.exceptBeats(attempts::handle)));
            List<Attempts.Attempt> before = attempts.first(RECORDS);
            Attempts.complete(before, 0, 3);
            scene.awaitCommitted(0, 3);
            try {
                told.keep = true;
                scene.produce(scene.beatPartition(), "to be committed");
                Await.until("no more polls", Scene.LIMIT, () -> told.kept.getCount() == 0);
                Attempts.complete(before, 3, 5); // finished, and not committed yet

                Queue<String> handled = new ConcurrentLinkedQueue<>();
                Burrow<String, String> other = scene.start(scene.burrow().handler(message -> {
                    if (message.partition() == 0) {
                        handled.add(String.valueOf(message.value()));
                    }
                }));
                scene.awaitAllCommitted();
                assertThat(handled).containsExactlyInAnyOrder("3", "4", "5", "6", "7", "8", "9");
                other.close();
                Await.until("an empty group", Scene.LIMIT, () -> scene.members() == 0);
            } finally {
                told.goOn.countDown();
            }

            Await.until("the loss", Scene.LIMIT, () -> told.has("lost 0"));
            Attempts.complete(before, 5, RECORDS);
            Await.until("the partitions again", Scene.LIMIT, () -> told.owned.size() == 2);
            scene.beat();
            assertThat(told.between("kept", "lost 0")).noneMatch(event -> event.startsWith("committed"));
            assertThat(told.between("lost 0", "assigned 0")).noneMatch(event -> event.startsWith("committed 0"));
            assertThat(scene.committed(0)).isEqualTo(RECORDS);

            scene.produce(0, "10", "11");
            List<Attempts.Attempt> all = attempts.first(RECORDS + 2);
            Attempts.complete(all, RECORDS, RECORDS + 2);
            scene.awaitAllCommitted();
            assertThat(frozen.state()).isEqualTo(BurrowState.RUNNING);
            assertThat(scene.commitHistory(0)).isSorted().startsWith(0L).endsWith(RECORDS + 2L);
        }
    }
}
