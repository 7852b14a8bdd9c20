package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.CloseResult;
import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.RecordOutcome;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.Stage;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.Endings;
import io.burrow.core.Wait;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.TestMessage;
import io.burrow.core.worker.VirtualThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stages with real threads and the system's clock. */
@Timeout(120)
class StageThreadsTest {
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);
    private final Map<String, Queue<RecordOutcome>> outcomes = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    static List<WorkerThreads> kinds() {
        return VirtualThreads.available()
                ? List.of(WorkerThreads.PLATFORM, WorkerThreads.VIRTUAL)
                : List.of(WorkerThreads.PLATFORM);
    }

    private BurrowBuilder<String, String> builder(WorkerThreads kind) {
        return Burrow.<String, String>builder()
                .source(broker.source("g", List.of("t")))
                .config(c -> c.ordering(Ordering.KEY)
                        .workerThreads(kind)
                        .errorThreshold(0)
                        .retryPolicy(RetryPolicy.retries(1_000_000))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(1)))
                        .commitInterval(Duration.ofMillis(200)))
                .listener(new Endings((partition, offset, outcome) -> outcomes.computeIfAbsent(
                                partition + "@" + offset, p -> new ConcurrentLinkedQueue<>())
                        .add(outcome)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void timeLimit_interruptsABlockedHandler_andTheNextRecordIsNotInterrupted(WorkerThreads kind) {
        AtomicInteger interrupted = new AtomicInteger();
        try (Burrow<String, String> burrow = builder(kind)
                .config(c -> c.concurrency(1))
                .stage(Stages.timeLimit(Duration.ofMillis(20)))
                .handler(m -> {
                    if (Thread.interrupted()) {
                        violations.add("interrupted at its start: " + m);
                    }
                    if (m.attempt() == 1 && m.offset() % 2 == 0) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.incrementAndGet();
                            throw e;
                        }
                    }
                })
                .build()) {
            burrow.start();
            produce(20, 20, 1);
            Wait.until("all done", () -> outcomes.size() == 20);
        }
        assertThat(interrupted.get()).isGreaterThanOrEqualTo(10);
        assertThat(violations).isEmpty();
        assertProcessedOnce(20);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void timeLimit_ofAHandlerThatHeedsNothing_holdsItsKeyUntilItReturns(WorkerThreads kind) {
        CountDownLatch expired = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        List<String> order = new ArrayList<>();
        try (Burrow<String, String> burrow = builder(kind)
                .stage(Stages.timeLimit(Duration.ofMillis(20)))
                .handler(m -> {
                    if ("other".equals(m.key())) {
                        return;
                    }
                    synchronized (order) {
                        order.add("+" + m.offset() + "/" + m.attempt());
                    }
                    if (m.offset() == 0 && m.attempt() == 1) {
                        awaitStubbornly(gate, expired);
                    }
                    synchronized (order) {
                        order.add("-" + m.offset() + "/" + m.attempt());
                    }
                })
                .build()) {
            burrow.start();
            broker.produce("t", 0, "same", "v");
            broker.produce("t", 0, "same", "v");
            broker.produce("t", 1, "other", "v");
            Wait.until("its time is up, and others go on", () -> expired.getCount() == 0 && outcomes.size() == 1);
            synchronized (order) {
                assertThat(order).doesNotContain("+0/2", "+1/1");
            }
            gate.countDown();
            Wait.until("all done", () -> outcomes.size() == 3);
        }
        assertThat(order).containsSubsequence("+0/1", "-0/1", "+0/2", "-0/2", "+1/1", "-1/1");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void timeLimit_ofAHandlerThatWaitedForItsStart_holdsItsKeyUntilItReturns(WorkerThreads kind) {
        CountDownLatch expired = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger stubborn = new AtomicInteger();
        Order order = new Order();
        try (Burrow<String, String> burrow = builder(kind)
                .stage(Stages.timeLimit(Duration.ofMillis(200)))
                .stage(Stages.rateLimit(1, Duration.ofMillis(5)))
                .handler(m -> {
                    order.begins(m);
                    if ("stubborn".equals(m.value()) && stubborn.incrementAndGet() == 1) {
                        awaitStubbornly(gate, expired);
                    }
                    order.ends(m);
                })
                .build()) {
            broker.produce("t", 0, "first", "v");
            broker.produce("t", 0, "same", "stubborn"); // waits for its permit
            broker.produce("t", 0, "same", "v");
            burrow.start();
            Wait.until("its time is up", () -> expired.getCount() == 0);
            for (int round = 1;
                    round <= 2;
                    round++) { // a retry would come during the first and start before the second
                for (int i = 0; i < 20; i++) {
                    broker.produce("t", 1, "other-" + i, "v");
                }
                int ended = 1 + 20 * round;
                Wait.until("others go on", () -> outcomes.size() == ended);
            }
            assertThat(stubborn.get()).isOne();
            gate.countDown();
            Wait.until("all done", () -> outcomes.size() == 43);
        }
        assertThat(stubborn.get()).isGreaterThanOrEqualTo(2);
        assertThat(violations).isEmpty();
        assertProcessedOnce(43);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void timeLimit_aboutAsLongAsHandlersTake_leaksNoInterrupt_andLosesNothing(WorkerThreads kind) {
        AtomicLong expired = new AtomicLong();
        Order order = new Order();
        try (Burrow<String, String> burrow = builder(kind)
                .config(c -> c.concurrency(16))
                .stage(Stages.tap(m -> {
                    if (Thread.interrupted()) {
                        violations.add("interrupted at its start: " + m);
                    }
                }))
                .stage(next -> m -> {
                    try {
                        return next.handle(m);
                    } catch (TimeoutException e) {
                        expired.incrementAndGet();
                        throw e;
                    } finally {
                        if (Thread.currentThread().isInterrupted()) {
                            violations.add("interrupted after its end: " + m);
                        }
                    }
                })
                .stage(Stages.timeLimit(Duration.ofMillis(1)))
                .handler(m -> {
                    order.begins(m);
                    try {
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(1_500_000));
                    } finally {
                        order.ends(m);
                    }
                })
                .build()) {
            burrow.start();
            produce(4_000, 200, 2);
            Wait.until("all done", () -> outcomes.size() == 4_000);
            Wait.until("all committed", () -> broker.lag("g") == 0);
        }
        assertThat(expired.get()).isPositive();
        assertThat(violations).isEmpty();
        assertProcessedOnce(4_000);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void rateLimit_startsEverything_inOrder_andLeavesNoThread(WorkerThreads kind) {
        Order order = new Order();
        AtomicInteger daemons = new AtomicInteger();
        Burrow<String, String> burrow = builder(kind)
                .config(c -> c.name("rated").concurrency(50))
                .stage(Stages.rateLimit(1_000, Duration.ofSeconds(1)))
                .handler(m -> {
                    order.begins(m);
                    LockSupport.parkNanos(100_000);
                    order.ends(m);
                    if (Thread.currentThread().isDaemon()) {
                        daemons.incrementAndGet();
                    }
                })
                .build();
        burrow.start();
        produce(600, 60, 2);
        Wait.until("all done", () -> outcomes.size() == 600);
        assertThat(burrow.close(Duration.ofSeconds(10)).clean()).isTrue();
        assertThat(daemons.get()).isEqualTo(600);
        assertThat(violations).isEmpty();
        assertProcessedOnce(600);
        Wait.until("no thread is left", () -> threads("burrow-rated").isEmpty());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void deduplicate_underRaces_handlesEachIdentityOnce_andLosesNone(WorkerThreads kind) {
        Map<String, AtomicInteger> successes = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
        try (Burrow<String, String> burrow = builder(kind)
                .config(c -> c.concurrency(32))
                .stage(Stages.deduplicate(Message::value, Duration.ofHours(1), 1_000))
                .handler(m -> {
                    String identity = m.value();
                    if (inside.computeIfAbsent(identity, i -> new AtomicInteger())
                                    .incrementAndGet()
                            != 1) {
                        violations.add("two of " + identity + " at once");
                    }
                    try {
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000));
                        if (ThreadLocalRandom.current().nextInt(3) > 0) {
                            throw new IllegalStateException("again");
                        }
                        successes
                                .computeIfAbsent(identity, i -> new AtomicInteger())
                                .incrementAndGet();
                    } finally {
                        inside.get(identity).decrementAndGet();
                    }
                })
                .build()) {
            burrow.start();
            for (int i = 0; i < 5_000; i++) {
                broker.produce("t", "key-" + i % 700, "identity-" + i % 300);
            }
            Wait.until("all done", () -> outcomes.size() == 5_000);
        }
        assertThat(violations).isEmpty();
        assertThat(successes)
                .hasSize(300)
                .allSatisfy((identity, count) -> assertThat(count).hasValue(1));
        assertProcessedOnce(5_000);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allTogether_inAnyOrder_endEachRecordOnce(WorkerThreads kind) {
        for (long seed = 0; seed < 6; seed++) {
            outcomes.clear();
            Random random = new Random(seed);
            String group = "g" + seed;
            Order order = new Order();
            BurrowBuilder<String, String> builder = builder(kind)
                    .source(broker.source(group, List.of("t")))
                    .config(c -> c.concurrency(20).retryPolicy(RetryPolicy.retries(3)));
            List<Stage<String, String>> stages = new ArrayList<>(List.of(
                    Stages.timeLimit(Duration.ofMillis(5)),
                    Stages.rateLimit(2_000, Duration.ofSeconds(1)),
                    Stages.deduplicate(m -> m.offset() % 5 == 0 ? "same" : null, Duration.ofMillis(50), 5),
                    Stages.mapValue(v -> v + "!"),
                    Stages.filter(m -> m.offset() % 11 != 0)));
            java.util.Collections.shuffle(stages, random);
            stages.forEach(builder::stage);
            try (Burrow<String, String> burrow = builder.config(c -> c.onExhausted(io.burrow.api.ExhaustedAction.SKIP))
                    .handler(m -> {
                        order.begins(m);
                        try {
                            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(300_000));
                            if (ThreadLocalRandom.current().nextInt(10) == 0) {
                                throw new IllegalStateException("again");
                            }
                        } finally {
                            order.ends(m);
                        }
                    })
                    .build()) {
                burrow.start();
                if (seed == 0) {
                    produce(1_000, 100, 2);
                }
                Wait.until("all done, seed " + seed, () -> outcomes.size() == 1_000);
            }
            assertThat(violations).as("seed %d", seed).isEmpty();
            assertThat(broker.lag(group)).as("seed %d", seed).isZero();
            assertThat(outcomes.values()).as("seed %d", seed).allMatch(of -> of.size() == 1);
        }
    }

    @Test
    void stageThatWaitsOnItsWorker_doesNotGetToTheHandler_onceThePartitionIsGone() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger waited = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        try (Burrow<String, String> burrow = builder(WorkerThreads.PLATFORM)
                .config(c -> c.ordering(Ordering.UNORDERED))
                .stage(next -> m -> {
                    if (waited.incrementAndGet() == 1) {
                        gate.await();
                    }
                    return next.handle(m);
                })
                .handler(m -> handled.incrementAndGet())
                .build()) {
            burrow.start();
            produce(1, 1, 1);
            Wait.until("it waits", () -> waited.get() == 1);
            broker.faults().expire(broker.members("g").get(0));
            Wait.until("it comes again", () -> handled.get() == 1);
            gate.countDown();
            Wait.until("both ended", () -> outcomes.values().stream().anyMatch(of -> of.size() == 2));
        }
        assertThat(handled.get()).isOne();
        assertThat(outcomes.get("t-0@0")).containsExactlyInAnyOrder(RecordOutcome.PROCESSED, RecordOutcome.ABANDONED);
    }

    @Test
    void close_namesTheThreadOfAHandlerThatWaitedForItsStart() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicReference<String> waiting = new AtomicReference<>();
        Burrow<String, String> burrow = builder(WorkerThreads.PLATFORM)
                .config(c -> c.name("late"))
                .stage(Stages.rateLimit(1, Duration.ofMillis(5)))
                .handler(m -> {
                    String thread = Thread.currentThread().getName();
                    if (thread.contains("later") && waiting.compareAndSet(null, thread)) {
                        gate.await();
                    }
                })
                .build();
        burrow.start();
        Wait.until("one that had to wait runs", () -> {
            produce(2, 2, 1);
            return waiting.get() != null;
        });
        CloseResult result = burrow.close(Duration.ofMillis(50));
        assertThat(result.clean()).isFalse();
        assertThat(waiting.get()).startsWith("burrow-late-worker-later-");
        assertThat(result.threadsInUserCode()).contains(waiting.get());
        gate.countDown();
        Wait.until("no thread is left", () -> threads("burrow-late").isEmpty());
    }

    @Test
    void outsideOfABurrow_stagesHaveTheSystemsClock_andDaemonThreads() throws Exception {
        CompletableFuture<Boolean> daemon = new CompletableFuture<>();
        AsyncMessageHandler<String, String> limited = Stages.<String, String>rateLimit(1, Duration.ofMillis(10))
                .wrap(m -> {
                    if ("second".equals(m.key())) {
                        daemon.complete(Thread.currentThread().isDaemon());
                    }
                    return AsyncMessageHandler.done();
                });
        limited.handle(TestMessage.of("first", "v"));
        limited.handle(TestMessage.of("second", "v")).toCompletableFuture().join();
        assertThat(daemon.join()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("burrow-stages"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);

        AsyncMessageHandler<String, String> timed =
                Stages.<String, String>timeLimit(Duration.ofMillis(10)).wrap(m -> new CompletableFuture<>());
        // the time may be up before the handler is called, or after
        assertThatThrownBy(() -> timed.handle(TestMessage.of("k", "v"))
                        .toCompletableFuture()
                        .get())
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isInstanceOf(TimeoutException.class),
                        thrown -> assertThat(thrown).hasCauseInstanceOf(TimeoutException.class));
    }

    /** That records of a key neither overlap nor overtake each other. */
    private final class Order {
        private final Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
        private final Map<String, Long> last = new ConcurrentHashMap<>();

        void begins(Message<String, String> message) {
            String lane = message.partition() + message.key();
            if (inside.computeIfAbsent(lane, k -> new AtomicInteger()).incrementAndGet() != 1) {
                violations.add("two of " + lane + " at once");
            }
            Long before = last.put(lane, message.offset());
            if (before != null && before > message.offset()) {
                violations.add(message + " after " + before);
            }
        }

        void ends(Message<String, String> message) {
            inside.get(message.partition() + message.key()).decrementAndGet();
        }
    }

    private void produce(int count, int keys, int partitions) {
        for (int i = 0; i < count; i++) {
            int key = i % keys;
            broker.produce("t", key % partitions, "key-" + key, "value");
        }
    }

    private void assertProcessedOnce(int count) {
        assertThat(outcomes).hasSize(count);
        assertThat(outcomes.values()).allMatch(of -> List.copyOf(of).equals(List.of(RecordOutcome.PROCESSED)));
    }

    private static void awaitStubbornly(CountDownLatch gate, CountDownLatch interrupted) {
        while (true) {
            try {
                gate.await();
                return;
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
