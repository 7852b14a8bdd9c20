package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.CloseResult;
import io.burrow.api.CommitMode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.ForwardingSource;
import io.burrow.core.testing.RebalanceProtocol;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Half of the poll interval is the most between two polls, whatever the loop waits for (I12). */
class PollGapTest extends EngineRig {
    private static final Duration INTERVAL = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private final List<Duration> gaps = new ArrayList<>();
    private final List<Duration> limits = new ArrayList<>();
    private Duration slowness = Duration.ZERO;
    private boolean answers = true;

    /** Notes when it is polled; commits take all the time they are given while nobody answers. */
    private final class SilentSource extends ForwardingSource {
        private long lastNanos = -1;

        SilentSource() {
            super(broker.source("g", List.of("t"), options -> options.maxPollInterval(INTERVAL)));
        }

        @Override
        public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
            long now = clock.nanos();
            if (lastNanos >= 0) {
                gaps.add(Duration.ofNanos(now - lastNanos));
            }
            lastNanos = now;
            clock.advance(slowness);
            super.poll(timeout, receiver);
        }

        @Override
        public OffsetCommitter committer() {
            OffsetCommitter inner = super.committer();
            return new OffsetCommitter() {
                @Override
                public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                    limits.add(timeout);
                    if (answers) {
                        return inner.commit(points, timeout);
                    }
                    clock.advance(timeout);
                    return CommitResult.all(points.keySet(), CommitOutcome.RETRY, null);
                }

                @Override
                public int metadataLimit() {
                    return inner.metadataLimit();
                }
            };
        }
    }

    private SteppedBurrow<String, String> startSilent() {
        broker.protocol("g", RebalanceProtocol.COOPERATIVE);
        BurrowBuilder<String, String> builder = over(new SilentSource())
                .asyncHandler(this::begin)
                .config(config -> config.commitMode(CommitMode.SYNC)
                        .commitTimeout(Duration.ofSeconds(40))
                        .drainTimeout(Duration.ofMinutes(10))
                        .pollTimeout(POLL));
        SteppedBurrow<String, String> burrow = start(builder);
        broker.produce("t", 0, "a", "ends");
        broker.produce("t", 0, "c", "runs");
        broker.produce("t", 1, "b", "ends");
        burrow.settle();
        return burrow;
    }

    private void assertGaps() {
        Duration most = INTERVAL.dividedBy(2).plus(POLL); // between turns a test lets a poll's time pass
        assertThat(gaps).allSatisfy(gap -> assertThat(gap).isLessThanOrEqualTo(most));
    }

    @Test
    void revokeThatTakesItsTime_leavesLessToTheCommitAfterIt() {
        SteppedBurrow<String, String> burrow = startSilent();
        answers = false;
        stages.get(0L).complete(null);
        stages.get(1_000L).complete(null);
        gaps.clear();
        broker.faults().revoke(member(), P0);
        for (int i = 0; i < 20; i++) {
            burrow.turn();
            clock.advance(POLL);
        }
        assertGaps();
        assertThat(limits).as("commits that were tried").hasSizeGreaterThan(5);

        answers = true;
        burrow.settle().advance(Duration.ofSeconds(10));
        assertThat(broker.committed("g", new TopicPartition("t", 1)).offset()).isEqualTo(1);
    }

    @Test
    void closeWhoseCommitsAreNotAnswered_goesOnPolling() {
        SteppedBurrow<String, String> burrow = startSilent();
        complete(burrow, 0, 1, 1_000);
        answers = false;
        gaps.clear();
        long begin = clock.nanos();
        CloseResult result = burrow.close(Duration.ofMinutes(2));
        assertThat(result.clean()).isFalse();
        assertThat(Duration.ofNanos(clock.nanos() - begin)).isLessThanOrEqualTo(Duration.ofMinutes(2));
        assertThat(gaps).isNotEmpty();
        assertGaps();
    }

    @Test
    void pollsThatAreSlowByThemselves_areNoReasonNeverToCommit() {
        SteppedBurrow<String, String> burrow = startSilent();
        slowness = INTERVAL.dividedBy(2).plusSeconds(1);
        complete(burrow, 0, 1, 1_000);
        burrow.turn();
        burrow.turn();
        burrow.turn();
        assertThat(committed()).isEqualTo(2);
        assertThat(limits)
                .last()
                .satisfies(last -> assertThat(last).isPositive().isLessThan(Duration.ofSeconds(2)));
    }
}
