package io.burrow.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.CommitMode;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.core.testing.TestMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parts that break their contracts, and calls at odd moments: contained, told, and nothing hangs. */
@Timeout(60)
class MisuseTest {
    private static final TopicPartition P0 = new TopicPartition("t", 0);

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 1);

    @Test
    void reconfigure_beforeStart_isInForceAndHarmsNothing() {
        AtomicInteger handled = new AtomicInteger();
        try (Burrow<String, String> burrow =
                builder().handler(m -> handled.incrementAndGet()).build()) {
            burrow.reconfigure(c -> c.concurrency(3));
            burrow.start();
            produce(10);
            Wait.until("all handled", () -> handled.get() == 10);
            assertThat(burrow.config().concurrency()).isEqualTo(3);
        }
    }

    @Test
    void questions_afterACloseWithoutStart_areAnswered_andStartIsRefused() {
        Burrow<String, String> burrow = builder().handler(m -> {}).build();
        burrow.close();
        assertThat(burrow.stats().processed()).isZero();
        assertThat(burrow.health().partitions()).isEmpty();
        assertThat(burrow.parked()).isEmpty();
        assertThatThrownBy(burrow::start)
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    }

    @Test
    void committerThatThrowsAnErrorOrAnswersNull_isTriedAgain_andCloseReturns() {
        AtomicInteger calls = new AtomicInteger();
        OffsetCommitter bad = committer(points -> {
            if (calls.incrementAndGet() % 2 == 0) {
                throw new AssertionError("committer");
            }
            return null;
        });
        Burrow<String, String> burrow = builder()
                .committer(bad)
                .handler(m -> {})
                .config(c -> c.commitTimeout(Duration.ofMillis(50)))
                .build()
                .start();
        produce(3);
        Wait.until("tried again", () -> calls.get() > 4);
        CloseResult result = burrow.close(Duration.ofMillis(100));
        assertThat(result.clean()).isFalse();
        assertThat(burrow.health().problems()).anyMatch(p -> p.contains("COMMIT_FAILED"));
    }

    @Test
    void commitOfAPartitionThatIsNotOwned_isNotTriedAgain_andShows() {
        OffsetCommitter notOwned =
                committer(points -> CommitResult.all(points.keySet(), CommitOutcome.NOT_OWNED, null));
        Burrow<String, String> burrow =
                builder().committer(notOwned).handler(m -> {}).build().start();
        produce(3);
        Wait.until("handled", () -> burrow.stats().processed() == 3);
        Wait.until("told", () -> burrow.health().status() == Health.Status.DEGRADED);
        burrow.close(Duration.ofMillis(100));
        assertThat(broker.committed("g", P0)).isNull();
    }

    @Test
    void checkedExceptionFromOpen_failsTheStart() {
        Burrow<String, String> burrow = builder(new Forwarding(broker.source("g", List.of("t"))) {
                    @Override
                    public void open(PartitionListener listener) {
                        sneak(new IOException("open"));
                    }
                })
                .handler(m -> {})
                .build();
        assertThatThrownBy(burrow::start)
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FAILED));
        assertThat(burrow.state()).isEqualTo(BurrowState.FAILED);
    }

    @Test
    void checkedExceptionFromPoll_haltsAndLeavesTheGroup() {
        AtomicInteger polls = new AtomicInteger();
        Burrow<String, String> burrow = builder(new Forwarding(broker.source("g", List.of("t"))) {
                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        if (polls.incrementAndGet() == 5) {
                            sneak(new IOException("poll"));
                        }
                        super.poll(timeout, receiver);
                    }
                })
                .handler(m -> {})
                .config(c -> c.pollTimeout(Duration.ofMillis(5)))
                .build()
                .start();
        Wait.until("ended", () -> burrow.state() == BurrowState.FAILED);
        assertThat(broker.members("g")).isEmpty();
        assertThat(burrow.health().cause().code()).isEqualTo(ErrorCode.SOURCE_FAILED);
    }

    @Test
    void sourceThatGoesBackwards_haltsWithBothOffsets_andCommitsNothingUnfinished() {
        Burrow<String, String> burrow = builder(new Forwarding(broker.source("g", List.of("t"))) {
                    boolean given;

                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        super.poll(timeout, receiver);
                        if (!given && !broker.assignment("g-1").isEmpty()) {
                            given = true;
                            receiver.receive(P0, List.of(record(5), record(4)).iterator(), 6);
                        }
                    }
                })
                .handler(m -> {})
                .build()
                .start();
        Wait.until("ended", () -> burrow.state() == BurrowState.FAILED);
        BurrowException cause = burrow.health().cause();
        assertThat(cause.code()).isEqualTo(ErrorCode.SOURCE_CONTRACT);
        assertThat(cause).hasMessageContaining("t-0").hasMessageContaining("offset 4 after 5");
        assertThat(broker.committed("g", P0).offset()).isLessThanOrEqualTo(6);
    }

    @Test
    void exceptionsThatMisbehaveThemselves_harmNoWorker() {
        AtomicInteger handled = new AtomicInteger();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.concurrency(2).errorThreshold(0).retryPolicy(RetryPolicy.never()))
                .handler(m -> {
                    if (m.offset() % 3 == 0 && m.attempt() == 1) {
                        throw new RetryAfterException(Duration.ZERO) {
                            private static final long serialVersionUID = 1L;

                            @Override
                            @SuppressWarnings("NullAway")
                            public Duration delay() {
                                return null;
                            }
                        };
                    }
                    if (m.offset() % 3 == 1) {
                        throw new java.util.concurrent.CompletionException("x", null) {
                            private static final long serialVersionUID = 1L;

                            @Override
                            public synchronized Throwable getCause() {
                                throw new IllegalStateException("getCause");
                            }
                        };
                    }
                    handled.incrementAndGet();
                })
                .build()) {
            burrow.start();
            produce(30);
            Wait.until("the good ones are handled", () -> handled.get() == 20);
            Wait.until("the bad ones are parked", () -> burrow.stats().parked() == 10);
        }
    }

    @Test
    void asynchronousCommitUnderWay_doesNotMakeTheLoopSpin() {
        AtomicLong polls = new AtomicLong();
        Burrow<String, String> burrow = builder(new Forwarding(broker.source("g", List.of("t"))) {
                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        polls.incrementAndGet();
                        super.poll(timeout, receiver);
                    }
                })
                .handler(m -> {})
                .config(c -> c.commitMode(CommitMode.ASYNC).pollTimeout(Duration.ofMillis(20)))
                .build();
        broker.faults().holdAsyncCommits("g");
        burrow.start();
        Wait.until("held", () -> broker.faults().heldAsyncCommits("g") > 0);
        long before = polls.get();
        long began = System.nanoTime();
        Wait.until("ten polls", () -> polls.get() >= before + 10);
        assertThat(System.nanoTime() - began).isGreaterThan(100_000_000L);
        broker.faults().releaseAsyncCommits("g");
        burrow.close(Duration.ofMillis(100));
    }

    @Test
    void asynchronousCommitWithoutAnAnswer_isGivenUp() {
        AtomicInteger calls = new AtomicInteger();
        OffsetCommitter silent = new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                return CommitResult.committed(points.keySet());
            }

            @Override
            public void commitAsync(
                    Map<TopicPartition, CommitPoint> points,
                    Duration timeout,
                    java.util.function.Consumer<? super CommitResult> done) {
                if (calls.incrementAndGet() > 1) {
                    done.accept(CommitResult.committed(points.keySet()));
                }
            }

            @Override
            public int metadataLimit() {
                return 0;
            }
        };
        TestClock clock = new TestClock();
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                builder().committer(silent).handler(m -> {}).config(c -> c.commitMode(CommitMode.ASYNC)), clock, 1);
        produce(3);
        for (int i = 0; i < 6; i++) {
            burrow.settle().advance(Duration.ofSeconds(10));
        }
        assertThat(calls.get()).isGreaterThan(1);
        assertThat(burrow.burrow().stats().partitions().get(P0).committed()).isEqualTo(3);
    }

    @Test
    void drain_behindAParkedKey_ends() throws Exception {
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.ordering(Ordering.PARTITION).retryPolicy(RetryPolicy.never()))
                .handler(m -> {
                    if (m.offset() == 1) {
                        throw new IllegalStateException("no");
                    }
                })
                .build()) {
            burrow.start();
            produce(5);
            Wait.until("parked", () -> burrow.stats().parked() == 1);
            assertThat(burrow.drain(Duration.ofSeconds(30))).isTrue();
            assertThat(broker.committed("g", P0).offset()).isEqualTo(1);
        }
    }

    @Test
    void drain_ofASteppedBurrow_steps() throws Exception {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(builder().handler(m -> {}), new TestClock(), 3);
        burrow.settle();
        produce(50);
        burrow.turn();
        assertThat(burrow.burrow().drain(Duration.ofSeconds(5))).isTrue();
        assertThat(broker.committed("g", P0).offset()).isEqualTo(50);
    }

    @Test
    void close_withAStuckHandler_keepsItsBound_howeverLongADrainMayBe() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch in = new CountDownLatch(1);
        Burrow<String, String> burrow = builder()
                .config(c -> c.drainTimeout(Duration.ofMinutes(5)))
                .handler(m -> {
                    in.countDown();
                    gate.await();
                })
                .build()
                .start();
        produce(1);
        in.await();
        // a minute, by this class's limit, would be too long already
        assertThat(burrow.close(Duration.ofMillis(100)).clean()).isFalse();
        gate.countDown();
    }

    @Test
    void messageThatMakesNoOtherAttempt_failsLikeARecordThatCannotBeDecoded() {
        record Stubborn(long offset) implements Message<String, String> {
            @Override
            public String topic() {
                return "t";
            }

            @Override
            public int partition() {
                return 0;
            }

            @Override
            public String key() {
                return "k";
            }

            @Override
            public String value() {
                return "v";
            }

            @Override
            @SuppressWarnings("NullAway")
            public Message<String, String> withAttempt(int attempt) {
                return null;
            }
        }
        AtomicInteger calls = new AtomicInteger();
        try (Burrow<String, String> burrow = builder(new Forwarding(broker.source("g", List.of("t"))) {
                    boolean given;

                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        super.poll(timeout, receiver);
                        if (!given && !broker.assignment("g-1").isEmpty()) {
                            given = true;
                            receiver.receive(
                                    P0,
                                    List.of(SourceRecord.of(new Stubborn(0), 1)).iterator(),
                                    1);
                        }
                    }
                })
                .config(c -> c.backoff((failure, random) -> Duration.ofMillis(1)))
                .handler(m -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("again");
                })
                .build()) {
            burrow.start();
            Wait.until("parked", () -> burrow.stats().parked() == 1);
            assertThat(calls.get()).isOne();
        }
    }

    @Test
    void partitionThatBeginsBelowItsStoredOffset_wasReset_andIsCommittedFromThere() {
        List<String> resets = Collections.synchronizedList(new ArrayList<>());
        Map<TopicPartition, CommitPoint> stored = new ConcurrentHashMap<>();
        AtomicInteger handled = new AtomicInteger();
        produce(5);
        try (Burrow<String, String> burrow = builder(new Forwarding(broker.source("g", List.of("t"))) {
                    @Override
                    public void open(PartitionListener listener) {
                        super.open(new AssignedWithOffset(listener, 1_000));
                    }
                })
                .committer(committer(points -> {
                    stored.putAll(points);
                    return CommitResult.committed(points.keySet());
                }))
                .listener(new BurrowListener() {
                    @Override
                    public void positionReset(TopicPartition partition, long from, long to) {
                        resets.add(partition + " " + from + " -> " + to);
                    }
                })
                .handler(m -> handled.incrementAndGet())
                .build()) {
            burrow.start();
            Wait.until("handled", () -> handled.get() == 5);
        }
        assertThat(resets).containsExactly("t-0 1000 -> 0");
        assertThat(stored.get(P0).offset()).isEqualTo(5);
    }

    /** Tells of every assigned partition that an offset is stored for it. */
    private record AssignedWithOffset(PartitionListener to, long offset) implements PartitionListener {
        @Override
        public void assigned(Collection<AssignedPartition> partitions) {
            to.assigned(partitions.stream()
                    .map(p -> new AssignedPartition(p.partition(), p.position(), CommitPoint.of(offset)))
                    .toList());
        }

        @Override
        public void revoked(Collection<TopicPartition> partitions) {
            to.revoked(partitions);
        }

        @Override
        public void lost(Collection<TopicPartition> partitions) {
            to.lost(partitions);
        }

        @Override
        public void reset(TopicPartition partition, long position) {
            to.reset(partition, position);
        }
    }

    private BurrowBuilder<String, String> builder() {
        return builder(broker.source("g", List.of("t")));
    }

    private static BurrowBuilder<String, String> builder(MessageSource<String, String> source) {
        return Burrow.<String, String>builder().source(source);
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", 0, "k" + i, "v");
        }
    }

    private static SourceRecord<String, String> record(long offset) {
        return SourceRecord.of(
                TestMessage.<String, String>builder("k", "v").at("t", 0, offset).build(), 1);
    }

    private interface Answer {
        CommitResult to(Map<TopicPartition, CommitPoint> points);
    }

    private static OffsetCommitter committer(Answer answer) {
        return new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                return answer.to(points);
            }

            @Override
            public int metadataLimit() {
                return 0;
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** A source in front of another. */
    private static class Forwarding implements MessageSource<String, String> {
        private final MessageSource<String, String> inner;

        Forwarding(MessageSource<String, String> inner) {
            this.inner = inner;
        }

        @Override
        public void open(PartitionListener listener) {
            inner.open(listener);
        }

        @Override
        public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
            inner.poll(timeout, receiver);
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            inner.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            inner.resume(partitions);
        }

        @Override
        public void wakeup() {
            inner.wakeup();
        }

        @Override
        public Duration maxPollInterval() {
            return inner.maxPollInterval();
        }

        @Override
        public OffsetCommitter committer() {
            return inner.committer();
        }

        @Override
        public void close(Duration timeout) {
            inner.close(timeout);
        }
    }
}
