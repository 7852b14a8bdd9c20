package io.burrow.core.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.Endings;
import io.burrow.core.Wait;
import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemorySource;
import io.burrow.core.testing.RebalanceProtocol;
import io.burrow.core.worker.VirtualThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Close against everything, with real threads: workers that finish and fail, retries that come due, stages and dead
 * letters that others complete, partitions that go and come back, handlers that do not end. A seed draws what there is
 * and when it is closed; the threads draw the rest.
 */
class CloseRaceTest {
    private static final int SEEDS = 200;
    private static final int PARTITIONS = 4;
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final ExecutorService others = Executors.newFixedThreadPool(3);
    private final InMemoryBroker broker =
            new InMemoryBroker().createTopic("t", PARTITIONS).metadataLimit(100_000);

    /** How each delivery of an offset ended; once each, where no partition comes back. */
    private final Map<String, List<RecordOutcome>> outcomes = new ConcurrentHashMap<>();

    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void endOthers() throws InterruptedException {
        held.countDown();
        others.shutdownNow();
        assertThat(others.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    private enum Kind {
        SYNC,
        ASYNC,
        BATCH
    }

    /** What a seed draws. */
    private record Plan(
            long seed,
            Kind kind,
            Ordering ordering,
            int concurrency,
            int records,
            int keys,
            int failPercent,
            boolean sink,
            boolean rebalances,
            boolean holds,
            int closeAfter,
            Duration closeTimeout,
            int closers,
            WorkerThreads threads) {
        static Plan draw(long seed) {
            Random random = new Random(seed);
            int records = 50 + random.nextInt(1_500);
            boolean holds = random.nextInt(4) == 0;
            return new Plan(
                    seed,
                    Kind.values()[random.nextInt(Kind.values().length)],
                    Ordering.values()[random.nextInt(Ordering.values().length)],
                    1 + random.nextInt(12),
                    records,
                    1 + random.nextInt(40),
                    random.nextInt(3) * 15,
                    random.nextBoolean(),
                    random.nextInt(3) == 0,
                    holds,
                    random.nextInt(4) == 0 ? 0 : random.nextInt(holds ? 10 : records / 2),
                    holds ? Duration.ofMillis(random.nextInt(20)) : AMPLE,
                    1 + random.nextInt(2),
                    VirtualThreads.available() && random.nextBoolean()
                            ? WorkerThreads.VIRTUAL
                            : WorkerThreads.PLATFORM);
        }

        String name() {
            return "race" + seed;
        }

        /** Whether an attempt fails; the same for the same seed. */
        boolean fails(Message<?, ?> message) {
            int draw = new Random(seed * 31 + message.partition() * 7_919L + message.offset() * 104_729L).nextInt(100);
            return draw < failPercent && (message.attempt() == 1 || draw % 3 == 0);
        }

        /** Whether what a handler has done may be taken back: what follows a failed record of its key in a batch. */
        boolean takesBack() {
            return kind == Kind.BATCH && ordering != Ordering.UNORDERED && failPercent > 0;
        }

        /** Whether a handler does not end before the test lets it. */
        boolean holds(Message<?, ?> message) {
            return holds && message.offset() % 61 == 17;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void close_atAnyMoment_endsInTime_andCommitsOnlyWhatIsDone(long seed) throws Exception {
        Plan plan = Plan.draw(seed);
        Random random = new Random(~seed);
        for (int i = 0; i < plan.records(); i++) {
            broker.produce("t", i % PARTITIONS, "key-" + random.nextInt(plan.keys()), "value");
        }
        broker.protocol("g", random.nextBoolean() ? RebalanceProtocol.EAGER : RebalanceProtocol.COOPERATIVE);
        InMemorySource<String, String> source = broker.source("g", List.of("t"));
        CommitWatch commits = new CommitWatch(source::committer);
        Burrow<String, String> burrow = builder(plan, source, commits).build();
        burrow.start();

        int closeAfter = plan.closeAfter();
        if (plan.rebalances()) {
            disturb(random, burrow);
        }
        // what is parked may hold all that would be begun
        Wait.until(
                "enough was begun in " + plan,
                () -> started.get() >= closeAfter || burrow.stats().parked() > 0);
        List<CompletableFuture<CloseResult>> closing = new ArrayList<>();
        for (int i = 0; i < plan.closers(); i++) {
            closing.add(CompletableFuture.supplyAsync(() -> burrow.close(plan.closeTimeout()), others));
        }
        CloseResult result = closing.get(0).get(60, TimeUnit.SECONDS); // while handlers are held
        for (CompletableFuture<CloseResult> other : closing) {
            assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(result);
        }

        assertThat(burrow.state()).isEqualTo(BurrowState.CLOSED);
        assertThat(broker.members("g")).isEmpty();
        if (!plan.holds()) {
            assertThat(result.clean()).as("%s in %s", result, plan).isTrue();
            if (!plan.takesBack()) {
                nothingDoneComesAgain(commits, plan);
            }
        }
        held.countDown();
        Wait.until("no thread is left of " + plan, () -> threads("burrow-" + plan.name() + "-") == 0);
        assertThat(commits.violations).as("%s", plan).isEmpty();
        assertThat(broker.commits("g")).as("%s", plan).allMatch(commit -> commit.owned() && !commit.lowered());
        if (!plan.rebalances()) {
            outcomes.forEach((record, ends) -> assertThat(withoutLetGo(ends))
                    .as("how %s ended in %s", record, plan)
                    .hasSizeLessThan(2));
        }
    }

    private BurrowBuilder<String, String> builder(
            Plan plan, InMemorySource<String, String> source, CommitWatch commits) {
        BurrowBuilder<String, String> builder = Burrow.<String, String>builder()
                .source(source)
                .committer(commits)
                .listener(new Endings((partition, offset, outcome) -> outcomes.computeIfAbsent(
                                partition + "@" + offset, key -> new CopyOnWriteArrayList<>())
                        .add(outcome)))
                .config(c -> c.name(plan.name())
                        .ordering(plan.ordering())
                        .concurrency(plan.concurrency())
                        .maxBatchRecords(7)
                        .workerThreads(plan.threads())
                        .errorThreshold(0)
                        .commitInterval(Duration.ofMillis(100))
                        .commitRecords(20)
                        .minCommitInterval(Duration.ofMillis(1))
                        .retryPolicy(RetryPolicy.retries(2))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(1))));
        if (plan.sink()) {
            builder.deadLetters(letter -> later(() ->
                    note(commits, letter.failure().partition(), letter.failure().offset())));
        }
        return switch (plan.kind()) {
            case SYNC -> builder.handler(message -> handle(plan, commits, message));
            case ASYNC ->
                builder.asyncHandler(message -> {
                    started.incrementAndGet();
                    return plan.holds(message)
                            ? held(commits, message)
                            : later(() -> {
                                failPerhaps(plan, message);
                                note(commits, message.topicPartition(), message.offset());
                            });
                });
            case BATCH ->
                builder.batchHandler(messages -> messages.stream()
                        .map(message -> {
                            try {
                                handle(plan, commits, message);
                                return Outcome.success();
                            } catch (Exception e) {
                                return Outcome.failure(e);
                            }
                        })
                        .toList());
        };
    }

    private void handle(Plan plan, CommitWatch commits, Message<?, ?> message) throws InterruptedException {
        started.incrementAndGet();
        if (plan.holds(message)) {
            held.await();
        }
        failPerhaps(plan, message);
        note(commits, message.topicPartition(), message.offset());
    }

    private static void failPerhaps(Plan plan, Message<?, ?> message) {
        if (plan.fails(message)) {
            throw new IllegalStateException("planned");
        }
    }

    private static void note(CommitWatch commits, TopicPartition partition, long offset) {
        commits.done(partition).add(offset);
    }

    /** A stage that another thread completes. */
    private CompletionStage<?> later(Runnable work) {
        return CompletableFuture.runAsync(work, others);
    }

    /** A stage that nobody completes before the test lets it. */
    private CompletionStage<?> held(CommitWatch commits, Message<?, ?> message) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                held.await();
                note(commits, message.topicPartition(), message.offset());
                stage.complete(null);
            } catch (InterruptedException e) {
                stage.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return stage;
    }

    /** Takes partitions away and gives them back, over and over, until it is closed. */
    private void disturb(Random random, Burrow<?, ?> burrow) {
        long seed = random.nextLong();
        others.execute(() -> {
            Random own = new Random(seed);
            for (int i = 0; i < 50 && !burrow.state().isTerminal(); i++) {
                List<String> members = broker.members("g");
                if (members.isEmpty()) {
                    return;
                }
                try {
                    broker.faults().revoke(members.get(0), new TopicPartition("t", own.nextInt(PARTITIONS)));
                } catch (IllegalArgumentException gone) {
                    return; // it left meanwhile
                }
                int seen = started.get();
                for (int n = 0; n < 1_000 && started.get() < seen + 10; n++) {
                    Thread.onSpinWait();
                }
            }
        });
    }

    /** After a clean close all that is done is committed, or named by what is committed (I13). */
    private void nothingDoneComesAgain(CommitWatch commits, Plan plan) {
        for (int p = 0; p < PARTITIONS; p++) {
            TopicPartition partition = new TopicPartition("t", p);
            CommitPoint committed = broker.committed("g", partition);
            long below = committed == null ? 0 : committed.offset();
            @Nullable OffsetRanges above = committed == null ? null : CommitWatch.above(partition, committed);
            assertThat(commits.done(partition))
                    .as("%s of %s", partition, plan)
                    .allMatch(offset -> offset < below || above != null && above.contains(offset));
        }
    }

    /** A record that was parked is let go when its partition is. */
    private static List<RecordOutcome> withoutLetGo(List<RecordOutcome> ends) {
        List<RecordOutcome> rest = new ArrayList<>(ends);
        if (rest.contains(RecordOutcome.PARKED)) {
            rest.remove(RecordOutcome.ABANDONED);
        }
        return rest;
    }

    private static long threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }
}
