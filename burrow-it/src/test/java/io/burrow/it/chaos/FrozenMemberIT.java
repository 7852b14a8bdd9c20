package io.burrow.it.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.it.chaos.check.Checker;
import io.burrow.it.chaos.check.Evidence;
import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.check.Evidence.Written;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import io.burrow.it.chaos.member.MemberMain;
import io.burrow.it.chaos.member.MemberSettings;
import io.burrow.it.chaos.member.RebalanceMode;
import io.burrow.it.kafka.SharedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A member whose process stands still for longer than its session and its poll interval, while all its workers are in
 * handlers. When it wakes another one has its partitions and has handled and committed everything; its own handlers
 * return at once, and what they did must not be committed.
 */
@ExtendWith(SharedKafka.class)
@Timeout(300)
class FrozenMemberIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String FROZEN = "frozen";
    private static final String OTHER = "other";
    private static final int PARTITIONS = 4;
    private static final int KEYS = 40;
    private static final int LOAD = 400;
    /** As many as a member handles at once. */
    private static final int RUNNING = 16;
    /** Long enough to be frozen within, and over when the session is. */
    private static final int SLOW_MILLIS = 4_000;
    /** The members' own. Who has not polled for so long must not commit before it does. */
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(6);

    private final EmbeddedKafka kafka;
    private final List<MemberProcess> started = new ArrayList<>();

    FrozenMemberIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @AfterEach
    void killAll() {
        started.forEach(MemberProcess::kill);
    }

    /** The other one was there before, and is there when it wakes. */
    @ParameterizedTest
    @EnumSource
    void wakesAmongOthers_commitsNothingOfBefore_andTakesPartAgain(RebalanceMode mode, @TempDir Path directory)
            throws IOException {
        Shop shop = new Shop(mode, "woken-among-others-" + mode, directory);
        MemberProcess other = shop.start();
        other.join(OTHER);
        shop.awaitShares(Map.of(OTHER, PARTITIONS));
        shop.produce();
        shop.awaitAllCommitted();
        MemberProcess frozen = shop.start();
        frozen.slow(SLOW_MILLIS, RUNNING);
        frozen.join(FROZEN);
        shop.awaitShares(Map.of(OTHER, PARTITIONS / 2, FROZEN, PARTITIONS / 2));

        shop.produce();
        shop.awaitAllWorkersBusy();
        frozen.freeze();
        long since = System.nanoTime();
        shop.awaitShares(Map.of(OTHER, PARTITIONS));
        shop.awaitAllCommitted();
        awaitPollInterval(since);
        frozen.thaw();

        shop.awaitLoss();
        shop.awaitShares(Map.of(OTHER, PARTITIONS / 2, FROZEN, PARTITIONS / 2));
        shop.produce();
        shop.awaitAllCommitted();
        assertThat(frozen.stop(LIMIT)).isTrue();
        assertThat(other.stop(LIMIT)).isTrue();
        shop.check();
    }

    /** The other one has come and gone: an empty group takes commits from members that it has put out. */
    @ParameterizedTest
    @EnumSource
    void wakesInAGroupThatOthersHaveLeft_lowersNothing(RebalanceMode mode, @TempDir Path directory) throws IOException {
        Shop shop = new Shop(mode, "woken-alone-" + mode, directory);
        MemberProcess frozen = shop.start();
        frozen.slow(SLOW_MILLIS, RUNNING);
        frozen.join(FROZEN);
        shop.awaitShares(Map.of(FROZEN, PARTITIONS));

        shop.produce();
        shop.awaitAllWorkersBusy();
        frozen.freeze();
        long since = System.nanoTime();
        MemberProcess other = shop.start();
        other.join(OTHER);
        shop.awaitShares(Map.of(OTHER, PARTITIONS));
        shop.awaitAllCommitted();
        assertThat(other.stop(LIMIT)).isTrue();
        shop.awaitShares(Map.of());
        awaitPollInterval(since);
        frozen.thaw();

        shop.awaitLoss();
        shop.awaitShares(Map.of(FROZEN, PARTITIONS));
        shop.produce();
        shop.awaitAllCommitted();
        assertThat(frozen.stop(LIMIT)).isTrue();
        shop.check();
    }

    private static void awaitPollInterval(long sinceNanos) {
        Await.until(
                "the end of its poll interval", LIMIT, () -> System.nanoTime() - sinceNanos > POLL_INTERVAL.toNanos());
    }

    /** A topic, a group, and what its members write down. */
    private final class Shop {
        private final String name;
        private final Path directory;
        private final Path histories;
        private final MemberSettings settings;
        private int produced;

        Shop(RebalanceMode mode, String name, Path directory) throws IOException {
            this.name = name;
            this.directory = directory;
            this.histories = Files.createDirectory(directory.resolve("histories"));
            this.settings =
                    new MemberSettings(kafka.bootstrapServers(), name, name + "-dead", name, mode, 20_26, histories);
            kafka.createTopic(name, PARTITIONS);
            kafka.createTopic(name + "-dead", 1);
        }

        /** Starts a process, which has no member yet. */
        MemberProcess start() {
            MemberProcess process =
                    MemberProcess.start(MemberMain.class, settings, directory.resolve(started.size() + ".log"));
            started.add(process);
            return process;
        }

        /** Writes a load, the same keys to the same partitions. */
        void produce() {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < LOAD; i++) {
                int key = i % KEYS;
                records.add(new ProducerRecord<>(
                        name,
                        key % PARTITIONS,
                        ("key" + key).getBytes(UTF_8),
                        Integer.toString(produced++).getBytes(UTF_8)));
            }
            kafka.produce(name, records);
        }

        /** Waits until the group has these members, each with so many partitions. */
        void awaitShares(Map<String, Integer> expected) {
            Await.until("members with partitions: " + expected, LIMIT, () -> shares().equals(expected));
        }

        private Map<String, Integer> shares() throws Exception {
            Map<String, Integer> shares = new TreeMap<>();
            try {
                for (MemberDescription member : kafka.admin()
                        .describeConsumerGroups(List.of(name))
                        .describedGroups()
                        .get(name)
                        .get()
                        .members()) {
                    shares.merge(
                            member.clientId(),
                            member.assignment().topicPartitions().size(),
                            Integer::sum);
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw e;
                }
            }
            return shares;
        }

        void awaitAllCommitted() {
            Map<TopicPartition, Long> ends = kafka.endOffsets(name);
            Await.until("commits of the ends of all partitions", LIMIT, () -> {
                Map<TopicPartition, OffsetAndMetadata> committed = kafka.committed(name);
                return ends.entrySet().stream()
                        .allMatch(end -> committed.containsKey(end.getKey())
                                && committed.get(end.getKey()).offset() == end.getValue());
            });
        }

        /** All that runs is slow then, so nothing ends and nothing is committed for a while. */
        void awaitAllWorkersBusy() {
            Await.until(RUNNING + " handlers at work", LIMIT, () -> running(frozen()) == RUNNING);
        }

        private static int running(History history) {
            int running = 0;
            for (Event event : history.events()) {
                if (event instanceof Event.Started) {
                    running++;
                } else if (event instanceof Event.Ended || event instanceof Event.Failed) {
                    running--;
                }
            }
            return running;
        }

        /** Waits until the woken one has been told that it had lost its partitions. */
        void awaitLoss() {
            Await.until("the loss", LIMIT, () -> frozen().events().stream().anyMatch(Event.Lost.class::isInstance));
        }

        private History frozen() throws IOException {
            return History.read(histories.resolve(FROZEN));
        }

        /** Compares what members wrote down with what the broker has. */
        void check() throws IOException {
            List<Written> log = new ArrayList<>();
            Map<Integer, Long> beginnings = TopicReader.read(
                            kafka.bootstrapServers(),
                            name,
                            record -> log.add(new Written(
                                    new Position(record.partition(), record.offset()),
                                    new String(record.value(), UTF_8))))
                    .beginnings();
            assertThat(log).hasSize(produced);
            List<StoredCommit> commits = CommitLog.read(kafka.bootstrapServers(), name, name);
            Evidence evidence = new Evidence(all(), log, log, beginnings, commits, List.of());

            assertThat(Checker.check(evidence)).isEmpty();
            assertThat(frozen().events()).noneMatch(Event.GaveUp.class::isInstance);
            assertThat(Checker.redelivered(evidence))
                    .as("records handled again: what the frozen one was busy with, and what it began before it knew")
                    .isBetween((long) RUNNING, begunBeforeTheLoss());
        }

        private List<History> all() throws IOException {
            List<History> all = new ArrayList<>();
            try (Stream<Path> files = Files.list(histories)) {
                for (Path file : files.sorted().toList()) {
                    all.add(History.read(file));
                }
            }
            return all;
        }

        private long begunBeforeTheLoss() throws IOException {
            Set<Position> begun = new HashSet<>();
            for (Event event : frozen().events()) {
                if (event instanceof Event.Lost) {
                    break;
                }
                if (event instanceof Event.Started each) {
                    begun.add(new Position(each.partition(), each.offset()));
                }
            }
            return begun.size();
        }
    }
}
