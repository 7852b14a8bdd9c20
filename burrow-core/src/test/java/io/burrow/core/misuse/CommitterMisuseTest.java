package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.CommitMode;
import io.burrow.api.ErrorCode;
import io.burrow.api.Health;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.core.Burrow;
import io.burrow.core.ForwardingSource;
import io.burrow.core.Wait;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Committers that throw, answer nothing, twice, elsewhere or never. */
@Timeout(180)
class CommitterMisuseTest extends MisuseRig {
    private final Map<TopicPartition, CommitPoint> stored = new ConcurrentHashMap<>();

    /** Stores; a test changes what it likes. */
    private class Storing implements OffsetCommitter {
        @Override
        public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
            stored.putAll(points);
            return CommitResult.committed(points.keySet());
        }

        @Override
        public int metadataLimit() {
            return 1_000;
        }
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
        Burrow<String, String> burrow = base().committer(bad)
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
                base().committer(notOwned).handler(m -> {}).build().start();
        produce(3);
        Wait.until("handled", () -> burrow.stats().processed() == 3);
        Wait.until("told", () -> burrow.health().status() == Health.Status.DEGRADED);
        burrow.close(Duration.ofMillis(100));
        assertThat(broker.committed("g", P0)).isNull();
    }

    @Test
    void answerThatLeavesPartitionsOut_isTriedAgainForThose() {
        int[] calls = {0};
        OffsetCommitter forgetful = new Storing() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                if (calls[0]++ == 1) {
                    return new CommitResult(Map.of(), null);
                }
                return super.commit(points, timeout);
            }
        };
        SteppedBurrow<String, String> burrow = start(base().committer(forgetful).handler(m -> {}));
        burrow.settle();
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(5)).advance(Duration.ofSeconds(1));
        assertThat(stored.get(P0).offset()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void limitThatThrowsOrIsLessThanNothing_isNone_andIsNamedOnce(int limit) {
        OffsetCommitter odd = new Storing() {
            @Override
            public int metadataLimit() {
                if (limit == 0) {
                    throw new AssertionError("metadataLimit");
                }
                return limit;
            }
        };
        SteppedBurrow<String, String> burrow = start(base().committer(odd).asyncHandler(this::begin));
        produce(4);
        burrow.settle();
        complete(burrow, 0, 2);
        burrow.advance(Duration.ofSeconds(20));
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(stored.get(P0).offset()).isEqualTo(1);
        assertThat(stored.get(P0).metadata()).isEmpty();
        assertReportedOnce(burrow, ErrorCode.COMMIT_FAILED, "CommitterMisuseTest");
    }

    // ---- asynchronous commits

    private interface Sending {
        void send(Map<TopicPartition, CommitPoint> points, Consumer<? super CommitResult> done);
    }

    private OffsetCommitter asynchronous(Sending sending) {
        return new Storing() {
            @Override
            public void commitAsync(
                    Map<TopicPartition, CommitPoint> points, Duration timeout, Consumer<? super CommitResult> done) {
                sending.send(points, done);
            }
        };
    }

    private SteppedBurrow<String, String> committing(Sending sending) {
        return start(
                base().committer(asynchronous(sending)).handler(m -> {}).config(c -> c.commitMode(CommitMode.ASYNC)));
    }

    @Test
    void asynchronousCommitThatThrowsOrAnswersNull_isTriedAgain() {
        int[] calls = {0};
        List<Runnable> later = new ArrayList<>();
        SteppedBurrow<String, String> burrow = committing((points, done) -> {
            switch (calls[0]++) {
                case 0 -> throw new AssertionError("commitAsync");
                case 1 -> done.accept(null);
                case 2 -> later.add(() -> done.accept(null));
                default -> {
                    stored.putAll(points);
                    done.accept(CommitResult.committed(points.keySet()));
                }
            }
        });
        produce(3);
        for (int i = 0; i < 10; i++) {
            burrow.settle().advance(Duration.ofSeconds(1));
            later.forEach(Runnable::run);
            later.clear();
        }
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(calls[0]).isGreaterThan(3);
        assertThat(stored.get(P0).offset()).isEqualTo(3);
    }

    @Test
    void asynchronousCommitThatAnswersTwice_countsOnce_andTheOtherAnswerCannotUndoALaterCommit() {
        List<Runnable> again = new ArrayList<>();
        SteppedBurrow<String, String> burrow = committing((points, done) -> {
            stored.putAll(points);
            done.accept(CommitResult.committed(points.keySet()));
            done.accept(CommitResult.all(points.keySet(), CommitOutcome.FATAL, null));
            again.add(() -> done.accept(CommitResult.all(points.keySet(), CommitOutcome.FATAL, null)));
        });
        produce(3);
        burrow.settle().advance(Duration.ofSeconds(6));
        again.forEach(Runnable::run);
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.RUNNING);
        assertThat(stored.get(P0).offset()).isEqualTo(3);
        assertThat(burrow.burrow().stats().commitFailures()).isZero();
    }

    @Test
    void asynchronousCommitThatIsAnsweredByAnotherThread_isHeardOnTheLoop() {
        AtomicInteger answered = new AtomicInteger();
        Burrow<String, String> burrow = base().committer(asynchronous((points, done) -> {
                    stored.putAll(points);
                    new Thread(() -> {
                                done.accept(CommitResult.committed(points.keySet()));
                                answered.incrementAndGet();
                            })
                            .start();
                }))
                .listener(new BurrowListener() {
                    @Override
                    public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
                        if (!Thread.currentThread().getName().endsWith("-loop")) {
                            throw new AssertionError(
                                    "told on " + Thread.currentThread().getName());
                        }
                    }
                })
                .config(c -> c.commitMode(CommitMode.ASYNC)
                        .commitInterval(Duration.ofMillis(10))
                        .minCommitInterval(Duration.ZERO)
                        .pollTimeout(Duration.ofMillis(5)))
                .handler(m -> {})
                .build();
        try (burrow) {
            burrow.start();
            produce(100);
            Wait.until("committed", () -> {
                CommitPoint point = stored.get(P0);
                return point != null && point.offset() == 100 && answered.get() > 1;
            });
            Wait.until("heard", () -> burrow.stats().partitions().get(P0).committed() == 100);
            assertThat(burrow.health().problems()).isEmpty();
        }
    }

    @Test
    void asynchronousCommitUnderWay_doesNotMakeTheLoopSpin() {
        AtomicInteger spins = new AtomicInteger();
        AtomicInteger polls = new AtomicInteger();
        Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        if (broker.faults().heldAsyncCommits("g") > 0) {
                            polls.incrementAndGet();
                            spins.addAndGet(timeout.isZero() ? 1 : 0);
                        }
                        super.poll(timeout, receiver);
                    }
                })
                .handler(m -> {})
                .config(c -> c.commitMode(CommitMode.ASYNC).pollTimeout(Duration.ofMillis(20)))
                .build();
        broker.faults().holdAsyncCommits("g");
        burrow.start();
        Wait.until("polls while it is held", () -> polls.get() > 10);
        assertThat(spins.get()).isZero();
        broker.faults().releaseAsyncCommits("g");
        burrow.close(Duration.ofMillis(100));
    }

    @Test
    void asynchronousCommitWithoutAnAnswer_isGivenUp() {
        int[] calls = {0};
        SteppedBurrow<String, String> burrow = committing((points, done) -> {
            if (++calls[0] > 1) {
                done.accept(CommitResult.committed(points.keySet()));
            }
        });
        produce(3);
        for (int i = 0; i < 6; i++) {
            burrow.settle().advance(Duration.ofSeconds(10));
        }
        assertThat(calls[0]).isGreaterThan(1);
        assertThat(burrow.burrow().stats().partitions().get(P0).committed()).isEqualTo(3);
    }
}
