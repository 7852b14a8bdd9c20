package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BatchRetry;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.CommitMode;
import io.burrow.api.ConfigException;
import io.burrow.api.ErrorCode;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.core.Burrow;
import io.burrow.core.ForwardingSource;
import io.burrow.core.Wait;
import io.burrow.core.testing.SteppedBurrow;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every setting either stays as it was at the start, or has a scene that shows that its change takes effect: here, or
 * in {@link RuntimeFailureSettingsTest}.
 */
class RuntimeSettingsTest extends RuntimeSettingsRig {
    private Map<String, Scene> changeable() {
        Map<String, Scene> scenes = new LinkedHashMap<>();
        scenes.put("concurrency", this::concurrency);
        scenes.put("minConcurrency", this::minConcurrency);
        scenes.put("concurrencyLimit", this::concurrencyLimit);
        scenes.put("maxRecordsPerSecond", this::maxRecordsPerSecond);
        scenes.put("batchLinger", this::batchLinger);
        scenes.put(
                "maxInFlightRecords",
                () -> bound(BlockedReason.RECORDS_FULL, BurrowConfig.Builder::maxInFlightRecords));
        scenes.put(
                "maxPartitionInFlightRecords",
                () -> bound(BlockedReason.PARTITION_RECORDS_FULL, BurrowConfig.Builder::maxPartitionInFlightRecords));
        scenes.put(
                "maxInFlightBytes",
                () -> bound(BlockedReason.BYTES_FULL, (config, most) -> config.maxInFlightBytes(most * 100L)));
        scenes.put(
                "maxPartitionInFlightBytes",
                () -> bound(
                        BlockedReason.PARTITION_BYTES_FULL,
                        (config, most) -> config.maxPartitionInFlightBytes(most * 100L)));
        scenes.put("lowWaterPercent", this::lowWaterPercent);
        scenes.put("maxSpanRecords", this::maxSpanRecords);
        scenes.put("commitInterval", this::commitInterval);
        scenes.put("commitRecords", this::commitRecords);
        scenes.put("minCommitInterval", this::minCommitInterval);
        scenes.put("commitTimeout", this::commitTimeout);
        scenes.put("recommitInterval", this::recommitInterval);
        scenes.put("pollTimeout", this::pollTimeout);
        scenes.put("drainTimeout", this::drainTimeout);
        scenes.put("closeTimeout", this::closeTimeout);
        return scenes;
    }

    private static Map<String, UnaryOperator<BurrowConfig.Builder>> fixed() {
        Map<String, UnaryOperator<BurrowConfig.Builder>> changes = new LinkedHashMap<>();
        changes.put("name", config -> config.name("other"));
        changes.put("ordering", config -> config.ordering(Ordering.PARTITION));
        changes.put("workerThreads", config -> config.workerThreads(WorkerThreads.PLATFORM));
        changes.put("maxBatchRecords", config -> config.maxBatchRecords(7));
        changes.put("batchRetry", config -> config.batchRetry(BatchRetry.WHOLE));
        changes.put("commitMode", config -> config.commitMode(CommitMode.ASYNC));
        changes.put("snapshots", config -> config.snapshots(false));
        changes.put("parkedReleasesKey", config -> config.parkedReleasesKey(true));
        return changes;
    }

    private static Stream<String> fixedNames() {
        return fixed().keySet().stream();
    }

    private static Stream<String> changeableNames() {
        return new RuntimeSettingsTest().changeable().keySet().stream();
    }

    @Test
    void everySetting_isHere() {
        List<String> changeable = Stream.concat(changeableNames(), RuntimeFailureSettingsTest.changeableNames())
                .toList();
        Set<String> both = new HashSet<>(fixed().keySet());
        both.retainAll(changeable);
        assertThat(both).isEmpty();
        List<String> all = Stream.concat(fixedNames(), changeable.stream()).toList();
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(BurrowConfig.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("fixedNames")
    void ofTheRest_aChangeIsRefused_byName(String setting) {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        BurrowConfig before = burrow.burrow().config();
        assertThatThrownBy(() -> burrow.burrow()
                        .reconfigure(
                                config -> fixed().get(setting).apply(config).concurrency(3)))
                .isInstanceOfSatisfying(ConfigException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_NOT_CHANGEABLE);
                    assertThat(e.problems()).hasSize(1);
                })
                .hasMessageContaining(setting + " cannot change while running");
        assertThat(burrow.burrow().config()).isSameAs(before);
    }

    @ParameterizedTest
    @MethodSource("changeableNames")
    void aChange_takesEffect(String setting) throws Exception {
        changeable().get(setting).play();
    }

    @Test
    void aWrongValue_isRefusedLikeAtTheStart_andChangesNothing() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        BurrowConfig before = burrow.burrow().config();
        assertThatThrownBy(() -> burrow.burrow()
                        .reconfigure(c -> c.maxInFlightRecords(99).lowWaterPercent(0)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("maxInFlightRecords must be at least the concurrency (100): 99")
                .hasMessageContaining("lowWaterPercent must be from 1 to 99: 0");
        assertThatThrownBy(() -> burrow.burrow().reconfigure(c -> c.onExhausted(ExhaustedAction.DEAD_LETTER)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("onExhausted needs a dead-letter sink: DEAD_LETTER");
        assertThat(burrow.burrow().config()).isSameAs(before);
    }

    // ---- load

    private void concurrency() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.concurrency(3)));
        produce(20);
        burrow.settle();
        assertThat(started).hasSize(3);
        change(burrow, c -> c.concurrency(6));
        assertThat(started).hasSize(6);
        burrow.burrow().setConcurrency(2);
        completeStarted(burrow, 0, 4);
        assertThat(started).hasSize(6); // two of six are left, and two may be
        completeStarted(burrow, 4, 6);
        assertThat(started).hasSize(8);
    }

    private void minConcurrency() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.concurrency(10).concurrencyLimit(ConcurrencyLimit.Window::floor)));
        produce(100);
        burrow.settle();
        assertThat(started).hasSize(1);
        change(burrow, c -> c.minConcurrency(4));
        assertThat(started).hasSize(4);
        change(burrow, c -> c.minConcurrency(2));
        for (int i = 0; i < 20; i++) { // the limiter sees a window of work, and goes down to the floor
            completeStarted(burrow, i, i + 1);
            burrow.advance(Duration.ofMillis(50));
        }
        assertThat(burrow.burrow().stats().activeWorkers()).isEqualTo(2);
    }

    private void concurrencyLimit() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.concurrency(10).minConcurrency(2)));
        produce(100);
        burrow.settle();
        assertThat(started).hasSize(10);
        change(burrow, c -> c.concurrencyLimit(ConcurrencyLimit.Window::floor));
        completeStarted(burrow, 0, 10);
        assertThat(started).hasSize(12);
        change(burrow, c -> c.concurrencyLimit(ConcurrencyLimit.fixed()));
        assertThat(started).hasSize(20);
    }

    private void maxRecordsPerSecond() {
        down = false;
        SteppedBurrow<String, String> burrow = start(failing().config(c -> c.maxRecordsPerSecond(10)));
        produce(1_000);
        burrow.settle().advance(SECOND.multipliedBy(5));
        assertThat(tried).hasSizeBetween(49, 53);
        change(burrow, c -> c.maxRecordsPerSecond(100));
        burrow.advance(SECOND.multipliedBy(5));
        int fast = tried.size();
        assertThat(fast).isBetween(540, 570);
        change(burrow, c -> c.maxRecordsPerSecond(10));
        burrow.advance(SECOND.multipliedBy(5));
        assertThat(tried.size() - fast).isBetween(40, 62);
        change(burrow, c -> c.maxRecordsPerSecond(0));
        assertThat(tried).hasSize(1_000);
    }

    private void batchLinger() {
        SteppedBurrow<String, String> burrow = start(base().batchHandler(messages -> {
            messages.forEach(message -> started.add(message.offset()));
            return Outcome.allSucceeded(messages.size());
        }));
        produce(1);
        burrow.settle();
        assertThat(started).hasSize(1);
        change(burrow, c -> c.batchLinger(Duration.ofMillis(100)));
        produce(1);
        burrow.settle().advance(Duration.ofMillis(99));
        assertThat(started).hasSize(1);
        burrow.advance(Duration.ofMillis(1));
        assertThat(started).hasSize(2);
        change(burrow, c -> c.batchLinger(Duration.ZERO));
        produce(1);
        burrow.settle();
        assertThat(started).hasSize(3);
    }

    // ---- bounds

    private interface Bound {
        BurrowConfig.Builder set(BurrowConfig.Builder config, int most);
    }

    /** One partition alone, so that nothing of the bound is kept for another. */
    private void bound(BlockedReason reason, Bound bound) {
        broker.createTopic("one", 1);
        TopicPartition one = new TopicPartition("one", 0);
        SteppedBurrow<String, String> burrow = start(async().source(broker.source("g", List.of("one")))
                .sizer(record -> 100)
                .config(c -> bound.set(c.concurrency(5), 10)));
        for (int i = 0; i < 100; i++) {
            broker.produce("one", 0, "key", "value");
        }
        assertThat(held(burrow.settle())).isEqualTo(10);
        change(burrow, c -> bound.set(c, 20));
        assertThat(held(burrow)).isEqualTo(20);
        change(burrow, c -> bound.set(c, 6));
        assertThat(burrow.burrow().stats().partitions().get(one).blocked()).isEqualTo(reason);
        int done = 0;
        for (; held(burrow) > 6; done++) {
            completeStarted(burrow, done, done + 1);
        }
        assertThat(done).isEqualTo(14); // nothing came in until then
        for (; done < 50; done++) {
            completeStarted(burrow, done, done + 1);
            assertThat(held(burrow)).isLessThanOrEqualTo(6);
        }
    }

    private static long held(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().stats().inFlightBytes() / 100;
    }

    private void lowWaterPercent() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.maxPartitionInFlightRecords(10).lowWaterPercent(50)));
        produce(10);
        burrow.settle();
        produce(10);
        completeStarted(burrow, 0, 3);
        assertThat(started).hasSize(10);
        change(burrow, c -> c.lowWaterPercent(80));
        assertThat(started).hasSize(13);
        change(burrow, c -> c.lowWaterPercent(20));
        produce(10);
        completeStarted(burrow, 3, 11);
        assertThat(blocked(burrow)).isEqualTo(BlockedReason.PARTITION_RECORDS_FULL);
    }

    private void maxSpanRecords() {
        SteppedBurrow<String, String> burrow =
                start(async().config(c -> c.maxSpanRecords(64).concurrency(1_000)));
        produce(500);
        burrow.settle();
        assertThat(started).hasSize(64);
        change(burrow, c -> c.maxSpanRecords(100));
        assertThat(started).hasSize(100);
        change(burrow, c -> c.maxSpanRecords(64));
        assertThat(blocked(burrow)).isEqualTo(BlockedReason.SPAN_FULL);
        complete(burrow, LongStream.range(0, 30).toArray());
        assertThat(started).hasSize(100); // 70 are spanned still
        complete(burrow, LongStream.range(30, 40).toArray());
        assertThat(started).hasSize(104);
    }

    // ---- commits

    private SteppedBurrow<String, String> committing(UnaryOperator<BurrowConfig.Builder> settings) {
        SteppedBurrow<String, String> burrow = start(handler(m -> {})
                .config(c -> c.commitInterval(HOUR).commitRecords(1_000).minCommitInterval(Duration.ZERO))
                .config(settings));
        burrow.settle();
        produce(10);
        burrow.settle().advance(Duration.ofMinutes(1));
        assertThat(committed()).isZero(); // where it began
        return burrow;
    }

    private void commitInterval() {
        SteppedBurrow<String, String> burrow = committing(c -> c);
        change(burrow, c -> c.commitInterval(SECOND));
        assertThat(committed()).isEqualTo(10);
        change(burrow, c -> c.commitInterval(SECOND.multipliedBy(10)));
        produce(1);
        burrow.settle().advance(SECOND.multipliedBy(9));
        assertThat(committed()).isEqualTo(10);
        burrow.advance(SECOND);
        assertThat(committed()).isEqualTo(11);
    }

    private void commitRecords() {
        SteppedBurrow<String, String> burrow = committing(c -> c);
        change(burrow, c -> c.commitRecords(10));
        assertThat(committed()).isEqualTo(10);
        change(burrow, c -> c.commitRecords(1_000));
        produce(20);
        burrow.settle();
        assertThat(committed()).isEqualTo(10);
    }

    private void minCommitInterval() {
        SteppedBurrow<String, String> burrow =
                committing(c -> c.commitRecords(1).minCommitInterval(HOUR));
        change(burrow, c -> c.minCommitInterval(SECOND));
        assertThat(committed()).isEqualTo(10);
        produce(1);
        burrow.settle();
        assertThat(committed()).isEqualTo(10);
        burrow.advance(SECOND);
        assertThat(committed()).isEqualTo(11);
    }

    private void commitTimeout() {
        List<Duration> timeouts = new ArrayList<>();
        SteppedBurrow<String, String> burrow = start(handler(m -> {}).committer(new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                timeouts.add(timeout);
                return CommitResult.all(points.keySet(), CommitOutcome.COMMITTED, null);
            }

            @Override
            public int metadataLimit() {
                return 0;
            }
        }));
        burrow.settle();
        assertThat(timeouts).containsOnly(SECOND.multipliedBy(10));
        change(burrow, c -> c.commitTimeout(SECOND.multipliedBy(3)));
        timeouts.clear();
        produce(1);
        burrow.settle().advance(SECOND.multipliedBy(5));
        assertThat(timeouts).containsExactly(SECOND.multipliedBy(3));
    }

    private void recommitInterval() {
        SteppedBurrow<String, String> burrow = start(handler(m -> {}));
        burrow.settle().advance(HOUR);
        int commits = broker.commits("g").size();
        change(burrow, c -> c.recommitInterval(Duration.ofMinutes(10)));
        int changed = broker.commits("g").size();
        assertThat(changed).isGreaterThan(commits); // it is due already
        for (int minute = 0; minute < 20; minute++) {
            burrow.advance(Duration.ofMinutes(1));
        }
        assertThat(broker.commits("g").size() - changed).isEqualTo(2 * 2);
    }

    // ---- times of the loop

    private void pollTimeout() {
        Set<Duration> polls = ConcurrentHashMap.newKeySet();
        try (Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
                        polls.add(timeout);
                        super.poll(timeout, receiver);
                    }
                })
                .handler(m -> {})
                .config(c -> c.pollTimeout(Duration.ofSeconds(40)))
                .build()) {
            burrow.start();
            Wait.until("it waits for long", () -> polls.contains(Duration.ofSeconds(40)));
            burrow.reconfigure(c -> c.pollTimeout(Duration.ofMillis(7)));
            Wait.until("it waits for less", () -> polls.contains(Duration.ofMillis(7)));
        }
    }

    private void drainTimeout() {
        SteppedBurrow<String, String> burrow = start(async().config(c -> c.drainTimeout(SECOND.multipliedBy(20))));
        produce(1);
        burrow.settle();
        change(burrow, c -> c.drainTimeout(SECOND.multipliedBy(3)));
        long before = clock.nanos();
        broker.faults().revoke(member(), P0);
        burrow.turn();
        assertThat(Duration.ofNanos(clock.nanos() - before)).isEqualTo(SECOND.multipliedBy(3));
    }

    private void closeTimeout() {
        SteppedBurrow<String, String> burrow = start(async());
        produce(1);
        burrow.settle();
        change(burrow, c -> c.closeTimeout(SECOND.multipliedBy(2)));
        long before = clock.nanos();
        burrow.close();
        assertThat(Duration.ofNanos(clock.nanos() - before)).isBetween(SECOND.multipliedBy(2), SECOND.multipliedBy(3));
    }
}
