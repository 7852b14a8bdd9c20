package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.core.Burrow;
import io.burrow.core.ForwardingSource;
import io.burrow.core.Wait;
import io.burrow.core.testing.SteppedBurrow;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources whose calls throw or answer nothing, one by one. */
@Timeout(180)
class SourceCallMisuseTest extends MisuseRig {
    @SuppressWarnings("NullAway")
    static List<@Nullable Duration> wrongIntervals() {
        return Arrays.asList(null, Duration.ZERO, Duration.ofSeconds(-1));
    }

    @ParameterizedTest
    @MethodSource("wrongIntervals")
    void pollIntervalThatIsNone_failsTheStart(@Nullable Duration interval) {
        Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    @SuppressWarnings("NullAway")
                    public Duration maxPollInterval() {
                        return interval;
                    }
                })
                .handler(m -> {})
                .build();
        assertThatThrownBy(burrow::start)
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_CONTRACT))
                .hasMessageContaining("SourceCallMisuseTest");
        assertThat(broker.members("g")).isEmpty();
        assertThat(burrow.state()).isEqualTo(BurrowState.FAILED);
    }

    @Test
    void pollIntervalWithoutEnd_isLongEnough() {
        SteppedBurrow<String, String> burrow = start(over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public Duration maxPollInterval() {
                        return ChronoUnit.FOREVER.getDuration();
                    }
                })
                .handler(m -> {}));
        produce(3);
        burrow.settle();
        broker.faults().revoke(member(), P0);
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
        assertThat(burrow.close(Duration.ofSeconds(1)).clean()).isTrue();
    }

    @Test
    void committerThatIsNone_failsTheStart() {
        Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    @SuppressWarnings("NullAway")
                    public OffsetCommitter committer() {
                        return null;
                    }
                })
                .handler(m -> {})
                .build();
        assertThatThrownBy(burrow::start)
                .isInstanceOfSatisfying(
                        BurrowException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_CONTRACT))
                .hasMessageContaining("SourceCallMisuseTest");
        assertThat(broker.members("g")).isEmpty();
    }

    @Test
    void wakeupThatThrows_isNamedOnce_andNoWorkerDies() {
        AtomicInteger handled = new AtomicInteger();
        try (Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void wakeup() {
                        throw new AssertionError("wakeup");
                    }
                })
                .config(c -> c.concurrency(4).maxInFlightRecords(8).pollTimeout(Duration.ofMillis(5)))
                .handler(m -> handled.incrementAndGet())
                .build()) {
            burrow.start();
            produce(500);
            burrow.pause();
            burrow.resume();
            Wait.until("all handled", () -> handled.get() == 500);
            assertReportedOnce(burrow, ErrorCode.SOURCE_CONTRACT, "SourceCallMisuseTest");
        }
        assertThat(committed()).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pauseOrResumeThatThrows_halts_andCommitsWhatIsFinished(boolean pausing) {
        SteppedBurrow<String, String> burrow = start(over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void pause(Collection<TopicPartition> partitions) {
                        if (pausing) {
                            sneak(new IOException("pause"));
                        }
                        super.pause(partitions);
                    }

                    @Override
                    public void resume(Collection<TopicPartition> partitions) {
                        sneak(new IOException("resume"));
                    }
                })
                .handler(m -> {}));
        produce(3);
        burrow.settle();
        burrow.burrow().pause(P0);
        burrow.settle();
        if (!pausing) {
            burrow.burrow().resume(P0);
        }
        burrow.settle();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.FAILED);
        assertThat(burrow.burrow().health().cause().code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(committed()).isEqualTo(3);
        assertThat(broker.members("g")).isEmpty();
    }

    @Test
    void checkedExceptionFromOpen_failsTheStart() {
        Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
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
        Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
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
    void closeThatThrows_keepsNothingFromEnding() {
        SteppedBurrow<String, String> burrow = start(over(new ForwardingSource(broker.source("g", List.of("t"))) {
                    @Override
                    public void close(Duration timeout) {
                        sneak(new IOException("close"));
                    }
                })
                .handler(m -> {}));
        produce(3);
        burrow.settle();
        burrow.close();
        assertThat(burrow.burrow().state()).isEqualTo(BurrowState.CLOSED);
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void partitionThatBeginsBelowItsStoredOffset_wasReset_andIsCommittedFromThere() {
        List<String> resets = Collections.synchronizedList(new ArrayList<>());
        Map<TopicPartition, CommitPoint> stored = new ConcurrentHashMap<>();
        AtomicInteger handled = new AtomicInteger();
        produce(5);
        try (Burrow<String, String> burrow = over(new ForwardingSource(broker.source("g", List.of("t"))) {
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
        assertThat(resets).contains("t-0 1000 -> 0");
        assertThat(stored.get(P0).offset()).isEqualTo(5);
    }

    /** What was delivered before is still there, and nobody else has it. */
    @Test
    void skippedOffsets_areToldAndCounted_andForgetNothing() {
        List<String> moves = new ArrayList<>();
        SkippingSource source = new SkippingSource(broker.source("g", List.of("t")), P0, 3, 6);
        CompletableFuture<String> held = new CompletableFuture<>();
        SteppedBurrow<String, String> burrow = start(over(source)
                .listener(new BurrowListener() {
                    @Override
                    public void positionReset(TopicPartition partition, long from, long to) {
                        moves.add(partition + " " + from + " -> " + to);
                    }
                })
                .asyncHandler(m -> held));
        produce(3);
        burrow.settle();

        source.skips = true;
        burrow.settle().advance(Duration.ofSeconds(5));

        assertThat(moves).containsExactly("t-0 3 -> 6");
        assertThat(burrow.burrow().stats().positionResets()).isEqualTo(1);
        assertThat(burrow.burrow().stats().inFlight()).isEqualTo(3);
        held.complete("done");
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(committed()).isEqualTo(3);
    }

    @Test
    void skippedOffsets_thatGoBack_breakTheContract() {
        SkippingSource source = new SkippingSource(broker.source("g", List.of("t")), P0, 3, 3);
        SteppedBurrow<String, String> burrow = start(over(source).handler(m -> {}));
        burrow.settle();

        source.skips = true;
        burrow.settle().advance(Duration.ofSeconds(5));

        assertThat(Objects.requireNonNull(burrow.burrow().health().cause()).code())
                .isEqualTo(ErrorCode.SOURCE_CONTRACT);
        assertThat(burrow.burrow().health().cause()).hasMessageContaining("skipped t-0 from 3 to 3");
    }

    /** Says once that it passed offsets by. */
    private static final class SkippingSource extends ForwardingSource {
        private final TopicPartition partition;
        private final long from;
        private final long to;
        private PartitionListener listener;
        boolean skips;

        SkippingSource(MessageSource<String, String> inner, TopicPartition partition, long from, long to) {
            super(inner);
            this.partition = partition;
            this.from = from;
            this.to = to;
        }

        @Override
        public void open(PartitionListener opened) {
            listener = opened;
            super.open(opened);
        }

        @Override
        public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
            super.poll(timeout, receiver);
            if (skips) {
                skips = false;
                listener.skipped(partition, from, to);
            }
        }
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
}
