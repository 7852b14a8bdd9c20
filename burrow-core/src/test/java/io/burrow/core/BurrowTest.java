package io.burrow.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.ConfigException;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.worker.VirtualThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole with real threads, over the in-memory broker; and what is said to wrong input. */
class BurrowTest {
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 4);

    @ParameterizedTest
    @EnumSource(Ordering.class)
    void tenThousandRecords_eachHandledOnce_committedToTheEnd(Ordering ordering) {
        Set<String> handled = ConcurrentHashMap.newKeySet();
        AtomicLong calls = new AtomicLong();
        Burrow<String, String> burrow = builder()
                .config(c -> c.ordering(ordering).concurrency(50).commitInterval(Duration.ofMillis(200)))
                .handler(m -> {
                    calls.incrementAndGet();
                    handled.add(m.topicPartition() + "@" + m.offset());
                })
                .build();
        burrow.start();
        produce(10_000, 100);
        Wait.until("all handled", () -> calls.get() >= 10_000);
        Wait.until("all committed", () -> broker.lag("g") == 0);
        assertThat(calls.get()).isEqualTo(10_000);
        assertThat(handled).hasSize(10_000);
        CloseResult result = burrow.close(Duration.ofSeconds(10));
        assertThat(result).isEqualTo(new CloseResult(true, 0, List.of()));
        assertThat(burrow.stats().processed()).isEqualTo(10_000);
    }

    @Test
    void recordsOfAKey_neverOverlap_andStartInOrder() {
        Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
        Map<String, Long> last = new ConcurrentHashMap<>();
        AtomicLong broken = new AtomicLong();
        AtomicLong calls = new AtomicLong();
        try (Burrow<String, String> burrow = builder()
                .config(c ->
                        c.ordering(Ordering.KEY).concurrency(64).backoff(BackoffStrategy.fixed(Duration.ofMillis(2))))
                .handler(m -> {
                    String key = m.partition() + m.key();
                    AtomicInteger inside = running.computeIfAbsent(key, k -> new AtomicInteger());
                    if (inside.incrementAndGet() != 1) {
                        broken.incrementAndGet();
                    }
                    try {
                        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(20_000));
                        if (m.offset() % 97 == 3 && m.attempt() < 3) {
                            throw new IllegalStateException("again");
                        }
                        Long before = last.put(key, m.offset());
                        if (before != null && before >= m.offset()) {
                            broken.incrementAndGet();
                        }
                    } finally {
                        inside.decrementAndGet();
                    }
                    calls.incrementAndGet();
                })
                .build()) {
            burrow.start();
            produce(20_000, 200);
            Wait.until("all handled", () -> calls.get() == 20_000);
            assertThat(broken.get()).isZero();
        }
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void asynchronousHandlers_completedByOtherThreads() {
        AtomicLong calls = new AtomicLong();
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.ordering(Ordering.UNORDERED).concurrency(30))
                .asyncHandler(m -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    return CompletableFuture.runAsync(() -> {
                        open.decrementAndGet();
                        calls.incrementAndGet();
                    });
                })
                .build()) {
            burrow.start();
            produce(20_000, 200);
            Wait.until("all handled", () -> calls.get() == 20_000);
            assertThat(most.get()).isLessThanOrEqualTo(30);
        }
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void batches_haveAnOutcomePerMessage() {
        Set<String> handled = ConcurrentHashMap.newKeySet();
        AtomicInteger largest = new AtomicInteger();
        AtomicBoolean outOfOrder = new AtomicBoolean();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.ordering(Ordering.KEY)
                        .concurrency(4)
                        .maxBatchRecords(20)
                        .errorThreshold(0)
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(1))))
                .batchHandler(messages -> {
                    largest.accumulateAndGet(messages.size(), Math::max);
                    Map<String, Long> lastOfKey = new HashMap<>();
                    List<Outcome> outcomes = new ArrayList<>();
                    for (var m : messages) {
                        Long before = lastOfKey.put(m.partition() + m.key(), m.offset());
                        if (before != null && before > m.offset()) {
                            outOfOrder.set(true);
                        }
                        if (m.offset() % 10 == 0 && m.attempt() == 1) {
                            outcomes.add(Outcome.failure(new IllegalStateException("first")));
                        } else {
                            handled.add(m.topicPartition() + "@" + m.offset());
                            outcomes.add(Outcome.success());
                        }
                    }
                    if (messages.size() > 5 && ThreadLocalRandom.current().nextInt(50) == 0) {
                        throw new IllegalStateException("all");
                    }
                    return outcomes;
                })
                .build()) {
            burrow.start();
            produce(5_000, 300);
            Wait.until("all handled", () -> handled.size() == 5_000);
            Wait.until("nothing in flight", () -> burrow.stats().inFlight() == 0);
        }
        assertThat(broker.lag("g")).isZero();
        assertThat(largest.get()).isBetween(2, 20);
        assertThat(outOfOrder.get()).isFalse();
    }

    @Test
    void tenThousandWorkers_runAtOnce_whereThreadsAreVirtual() {
        int workers = VirtualThreads.available() ? 10_000 : 1_000;
        CountDownLatch all = new CountDownLatch(workers);
        AtomicLong calls = new AtomicLong();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.ordering(Ordering.UNORDERED).concurrency(workers))
                .handler(m -> {
                    all.countDown();
                    all.await();
                    calls.incrementAndGet();
                })
                .build()) {
            burrow.start();
            produce(workers + 500, 100);
            Wait.until("all handled", () -> calls.get() == workers + 500);
        }
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void drain_finishesWhatIsBuffered_andResumeGoesOn() throws Exception {
        AtomicLong calls = new AtomicLong();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.concurrency(5))
                .handler(m -> {
                    LockSupport.parkNanos(100_000);
                    calls.incrementAndGet();
                })
                .build()) {
            burrow.start();
            produce(500, 50);
            Wait.until("begun", () -> calls.get() > 0);
            assertThat(burrow.drain(Duration.ofSeconds(30))).isTrue();
            assertThat(burrow.stats().inFlight()).isZero();
            assertThat(burrow.state()).isEqualTo(BurrowState.PAUSED);
            burrow.resume();
            Wait.until("all handled", () -> calls.get() == 500);
        }
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void close_leavesNoThread_andSaysSoWhenAHandlerDoesNotEnd() {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicBoolean in = new AtomicBoolean();
        Burrow<String, String> burrow = builder()
                .config(c -> c.name("stuck").workerThreads(WorkerThreads.PLATFORM))
                .handler(m -> {
                    in.set(true);
                    gate.await();
                })
                .build();
        burrow.start();
        produce(1, 1);
        Wait.until("it runs", in::get);
        CloseResult result = burrow.close(Duration.ofMillis(100));
        assertThat(result.clean()).isFalse();
        assertThat(result.unfinishedRecords()).isOne();
        assertThat(result.threadsInUserCode()).containsExactly("burrow-stuck-worker-0");
        assertThat(burrow.close(Duration.ofMillis(100))).isEqualTo(result);
        gate.countDown();
        Wait.until("no thread is left", () -> threads("burrow-stuck").isEmpty());
    }

    @Test
    void loop_keepsTheProcessUp_alsoWhenADaemonBuiltIt() throws Exception {
        Thread daemon = new Thread(() -> {
            try (Burrow<String, String> burrow =
                    builder().config(c -> c.name("kept")).handler(m -> {}).build()) {
                burrow.start();
                assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> thread.getName().equals("burrow-kept-loop"))
                        .singleElement()
                        .matches(thread -> !thread.isDaemon());
            }
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        daemon.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        daemon.setDaemon(true);
        daemon.start();
        daemon.join();
        assertThat(failure.get()).isNull();
    }

    @Test
    void close_fromSeveralThreads_givesOneResult() {
        Burrow<String, String> burrow = builder().handler(m -> {}).build().start();
        CompletableFuture<CloseResult> other = CompletableFuture.supplyAsync(() -> burrow.close(Duration.ofSeconds(5)));
        CloseResult mine = burrow.close(Duration.ofSeconds(5));
        assertThat(other.join()).isEqualTo(mine);
    }

    @Test
    void retries_comeOnTime_whileTheLoopIsIdle() {
        List<Long> at = Collections.synchronizedList(new ArrayList<>());
        try (Burrow<String, String> burrow = builder()
                .config(c ->
                        c.backoff(BackoffStrategy.fixed(Duration.ofMillis(50))).pollTimeout(Duration.ofSeconds(30)))
                .handler(m -> {
                    at.add(System.nanoTime());
                    if (m.attempt() < 4) {
                        throw new IllegalStateException("again");
                    }
                })
                .build()) {
            burrow.start();
            produce(1, 1);
            Wait.until("four attempts", () -> at.size() == 4);
        }
        for (int i = 1; i < 4; i++) {
            assertThat(at.get(i) - at.get(i - 1)).isGreaterThanOrEqualTo(50_000_000L);
        }
    }

    // ---- bad input ----

    @Test
    void build_withoutParts_namesThem() {
        assertThatThrownBy(() -> Burrow.<String, String>builder().build())
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("PART_MISSING")
                .hasMessageContaining("a source")
                .hasMessageContaining("a handler");
    }

    @Test
    void build_withNullHandler_isRefusedAtOnce() {
        assertThatThrownBy(() -> builder().handler(null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("handler must not be null");
    }

    @Test
    void build_withTwoHandlersOrDeadLettersWithoutSink_namesAllProblems() {
        assertThatThrownBy(() -> builder()
                        .handler(m -> {})
                        .asyncHandler(m -> CompletableFuture.completedFuture(null))
                        .config(c -> c.onExhausted(ExhaustedAction.DEAD_LETTER))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("handler must be given once: 2 handlers")
                .hasMessageContaining("onExhausted needs a dead-letter sink: DEAD_LETTER");
    }

    @Test
    void build_virtualThreadsWhereThereAreNone_isRefused() {
        BurrowBuilder<String, String> builder =
                builder().handler(m -> {}).config(c -> c.workerThreads(WorkerThreads.VIRTUAL));
        if (VirtualThreads.available()) {
            builder.build();
        } else {
            assertThatThrownBy(builder::build).hasMessageContaining("VIRTUAL_THREADS_MISSING");
        }
    }

    @Test
    void start_asSecondCall_isRefused_andTheFirstGoesOn() {
        try (Burrow<String, String> burrow = builder().handler(m -> {}).build()) {
            burrow.start();
            assertCode(ErrorCode.ALREADY_STARTED, burrow::start);
            assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
        }
    }

    @Test
    void useAfterClose_isRefused_andQuestionsAreStillAnswered() {
        Burrow<String, String> burrow = builder().handler(m -> {}).build().start();
        burrow.close();
        assertCode(ErrorCode.CLOSED, burrow::start);
        assertCode(ErrorCode.CLOSED, burrow::pause);
        assertCode(ErrorCode.CLOSED, () -> burrow.resume(new TopicPartition("t", 0)));
        assertCode(ErrorCode.CLOSED, () -> burrow.drain(Duration.ZERO));
        assertThat(burrow.stats().processed()).isZero();
        assertThat(burrow.health().live()).isTrue();
        assertThat(burrow.parked()).isEmpty();
    }

    @Test
    void useBeforeStart_isRefused_andCloseBeforeStartDoesNothing() {
        Burrow<String, String> burrow = builder().handler(m -> {}).build();
        assertCode(ErrorCode.NOT_STARTED, burrow::pause);
        assertThat(burrow.stats().processed()).isZero();
        burrow.close();
        assertThatThrownBy(burrow::start).isInstanceOf(BurrowException.class);
    }

    @Test
    void missingTopic_failsTheStart_andLeavesNoThread() {
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(broker.source("g", List.of("nowhere")))
                .config(c -> c.name("missing"))
                .handler(m -> {})
                .build();
        assertCode(ErrorCode.TOPIC_MISSING, burrow::start);
        assertThat(burrow.state()).isEqualTo(BurrowState.FAILED);
        Wait.until("no thread is left", () -> threads("burrow-missing").isEmpty());
    }

    @Test
    void negativeDelayFromABackoff_isReported_andTheRecordIsRetriedAllTheSame() {
        List<BurrowException> errors = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger attempts = new AtomicInteger();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.backoff((failure, random) -> Duration.ofMillis(-5)))
                .listener(new BurrowListener() {
                    @Override
                    public void error(BurrowException error) {
                        errors.add(error);
                    }
                })
                .handler(m -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("again");
                    }
                })
                .build()) {
            burrow.start();
            produce(1, 1);
            Wait.until("a retry", () -> attempts.get() == 2);
            assertThat(errors).hasSize(1);
            assertThat(errors.get(0).code()).isEqualTo(ErrorCode.BACKOFF_INVALID);
            assertThat(errors.get(0)).hasMessageContaining("BurrowTest").hasMessageContaining("PT-0.005S");
            assertThat(burrow.health().problems()).hasSize(1);
        }
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void policiesAndListenersThatThrow_areContained() {
        AtomicInteger parked = new AtomicInteger();
        try (Burrow<String, String> burrow = builder()
                .config(c -> c.retryPolicy(failure -> {
                            throw new IllegalStateException("policy");
                        })
                        .errorThreshold(0))
                .listener(new BurrowListener() {
                    @Override
                    public void assigned(java.util.Collection<TopicPartition> partitions) {
                        throw new IllegalStateException("listener");
                    }
                })
                .handler(m -> {
                    parked.incrementAndGet();
                    throw new IllegalStateException("handler");
                })
                .build()) {
            burrow.start();
            produce(3, 3);
            Wait.until("all parked", () -> burrow.stats().parked() == 3);
            assertThat(burrow.health().problems())
                    .filteredOn(problem -> problem.contains("threw"))
                    .hasSize(2);
        }
        assertThat(parked.get()).isEqualTo(3);
    }

    @Test
    void reconfigure_ofWhatCannotChange_isRefused_andChangesNothing() {
        try (Burrow<String, String> burrow = builder().handler(m -> {}).build()) {
            burrow.start();
            assertThatThrownBy(() -> burrow.reconfigure(
                            c -> c.name("other").ordering(Ordering.PARTITION).concurrency(7)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("name cannot change while running")
                    .hasMessageContaining("ordering cannot change while running");
            assertThat(burrow.config().concurrency()).isEqualTo(100);
            assertThatThrownBy(() -> burrow.reconfigure(c -> c.concurrency(0)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("concurrency");
            assertThat(burrow.reconfigure(
                                    c -> c.retryPolicy(RetryPolicy.never()).concurrency(7))
                            .concurrency())
                    .isEqualTo(7);
        }
    }

    private BurrowBuilder<String, String> builder() {
        return Burrow.<String, String>builder().source(broker.source("g", List.of("t")));
    }

    private void produce(int count, int keys) {
        for (int i = 0; i < count; i++) {
            broker.produce("t", "key-" + i % keys, "value");
        }
    }

    private static void assertCode(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
