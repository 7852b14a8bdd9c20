package io.burrow.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ErrorCode;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.core.Burrow;
import io.burrow.core.ForwardingSource;
import io.burrow.core.Wait;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.testing.RebalanceProtocol;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Draining, closing, and what is left behind: rows of the list of bugs that peers had. */
class LifeScenariosTest extends EngineRig {
    @Test
    void s06_closing_goesOnPolling_andDoesNotSpin() {
        AtomicBoolean closing = new AtomicBoolean();
        AtomicBoolean inside = new AtomicBoolean();
        AtomicInteger polls = new AtomicInteger();
        AtomicInteger spins = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        if (closing.get()) {
                            polls.incrementAndGet();
                            spins.addAndGet(timeout.isZero() ? 1 : 0);
                        }
                        super.poll(timeout, receiver);
                    }
                })
                .handler(m -> {
                    inside.set(true);
                    gate.await();
                })
                .build();
        burrow.start();
        try {
            produce(1);
            Wait.until("it runs", inside::get);
            CompletableFuture<CloseResult> closed =
                    CompletableFuture.supplyAsync(() -> burrow.close(Duration.ofMinutes(2)));
            Wait.until("it closes", () -> burrow.state() == BurrowState.CLOSING);
            closing.set(true);
            Wait.until("it polls", () -> polls.get() >= 20);
            assertThat(broker.members("g")).hasSize(1);
            gate.countDown();
            assertThat(closed.join()).isEqualTo(new CloseResult(true, 0, List.of()));
            assertThat(spins.get()).isZero();
        } finally {
            gate.countDown();
            burrow.close(Duration.ZERO);
        }
    }

    @Test
    void s06_memberThatCloses_doesNotHoldUpTheGroup() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        SteppedBurrow<String, String> first = start(async());
        produce(1);
        first.settle();
        clock.schedule(20_000_000_000L, () -> stages.values().forEach(stage -> stage.complete(null)));
        SteppedBurrow<String, String> second = start(handler(m -> {}));
        broker.faults().move("g-2", new TopicPartition("t", 1));
        boolean[] served = {false};
        clock.schedule(
                10_000_000_000L,
                () -> { // while the first one waits for its handler
                    second.settle();
                    served[0] = broker.assignment("g-2").equals(java.util.Set.of(new TopicPartition("t", 1)));
                });

        CloseResult result = first.close(Duration.ofSeconds(30));
        assertThat(served[0]).isTrue();
        assertThat(result.clean()).isTrue();
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void s08_closeWhoseCommitsFail_leavesTheGroupInTime() {
        SteppedBurrow<String, String> burrow =
                start(handler(m -> {}).config(c -> c.commitTimeout(Duration.ofSeconds(2))));
        burrow.settle();
        produce(3);
        burrow.settle();
        for (int i = 0; i < 1_000; i++) {
            broker.faults().failNextCommit("g", CommitOutcome.RETRY);
        }
        long before = clock.nanos();
        CloseResult result = burrow.close(Duration.ofSeconds(1));
        assertThat(result.clean()).isFalse();
        assertThat(broker.members("g")).isEmpty();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.CLOSED);
        assertThat(clock.nanos() - before)
                .isLessThanOrEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void s08_closeWhoseCommitThrows_leavesTheGroup() {
        OffsetCommitter broken = new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                throw new IllegalStateException("commit");
            }

            @Override
            public int metadataLimit() {
                return 0;
            }
        };
        SteppedBurrow<String, String> burrow = start(base().committer(broken).handler(m -> {}));
        produce(3);
        burrow.settle();
        assertThat(burrow.close(Duration.ofSeconds(1)).clean()).isFalse();
        assertThat(broker.members("g")).isEmpty();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.CLOSED);
    }

    @Test
    void s08_pollThatThrows_leavesTheGroup_andSaysWhy() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        produce(3);
        burrow.settle();
        broker.faults().failNextPoll(member(), new IllegalStateException("broken"));
        burrow.settle();
        assertThat(broker.members("g")).isEmpty();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(committed()).isEqualTo(3);
    }

    private static List<Thread> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    /** No other test's, be it run twice. */
    private static String uniqueName() {
        return "s32-" + System.nanoTime();
    }

    @Test
    void s32_close_leavesNoThread() {
        String name = uniqueName();
        AtomicInteger calls = new AtomicInteger();
        Burrow<String, String> burrow = base().config(c -> c.name(name)
                        .workerThreads(WorkerThreads.PLATFORM)
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(1))))
                .handler(m -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("a retry, so that there is a timer");
                    }
                })
                .build();
        burrow.start();
        produce(3);
        Wait.until("handled", () -> calls.get() == 4);
        assertThat(threads("burrow-" + name)).hasSizeGreaterThanOrEqualTo(3);
        assertThat(burrow.close(Duration.ofSeconds(60)).clean()).isTrue();
        Wait.until("no thread is left", () -> threads("burrow-" + name).isEmpty());
    }

    @Test
    void s32_close_leavesNothingButNamedDaemonsInsideHandlers() {
        String name = uniqueName();
        CountDownLatch gate = new CountDownLatch(1);
        AtomicBoolean inside = new AtomicBoolean();
        Burrow<String, String> burrow = base().config(c -> c.name(name).workerThreads(WorkerThreads.PLATFORM))
                .handler(m -> {
                    inside.set(true);
                    gate.await();
                })
                .build();
        burrow.start();
        try {
            produce(1);
            Wait.until("it runs", inside::get);
            CloseResult result = burrow.close(Duration.ofMillis(50));
            assertThat(result.clean()).isFalse();
            Wait.until("one thread is left", () -> threads("burrow-" + name).size() == 1);
            Thread left = threads("burrow-" + name).get(0);
            assertThat(left.isDaemon()).isTrue();
            assertThat(result.threadsInUserCode()).containsExactly(left.getName());
        } finally {
            gate.countDown();
        }
    }

    @Test
    void s33_partitionsThatAreGone_areNoLongerCounted() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        TopicPartition p1 = new TopicPartition("t", 1);
        SteppedBurrow<String, String> first = start(handler(m -> {
                    if (m.partition() == 0) {
                        throw new TerminalException("parked");
                    }
                })
                .config(c -> c.errorThreshold(0)));
        produce(10);
        broker.produce("t", 1, "k", "v");
        first.settle();
        assertThat(first.burrow().stats().partitions()).containsOnlyKeys(P0, p1);
        assertThat(first.burrow().stats().inFlight()).isEqualTo(10);

        SteppedBurrow<String, String> second = start(handler(m -> {}));
        broker.faults().move("g-2", P0);
        settle(first, second);

        assertThat(first.burrow().stats().partitions()).containsOnlyKeys(p1);
        assertThat(first.burrow().health().partitions())
                .extracting(p -> p.partition())
                .containsExactly(p1);
        assertThat(first.burrow().parked()).isEmpty();
        assertThat(first.burrow().stats().inFlight()).isZero();
        assertThat(first.burrow().stats().inFlightBytes()).isZero();
    }
}
