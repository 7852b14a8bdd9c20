package io.burrow.core.ancestor;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowState;
import io.burrow.api.CloseResult;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.RecordReceiver;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.ForwardingSource;
import io.burrow.core.engine.Engine;
import io.burrow.core.engine.Extensions;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppingWorkers;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.helpers.NOPLogger;

/**
 * An engine whose intake stands at its bounds, in one thread, cut into its steps: every call of it to the outside,
 * every record that it takes, every turn and every step of a worker. At one of them it is closed, as another thread
 * would.
 */
final class FullIntake {
    private static final int NEVER = 0;
    private static final int RECORDS = 12;
    private static final TopicPartition P0 = new TopicPartition("t", 0);

    private final InMemoryBroker broker;
    private final int closeAt;
    private final TestClock clock = new TestClock();
    private final SteppingWorkers workers;
    private final Engine<String, String> engine;

    private final Set<Long> done = new HashSet<>();
    private boolean wasFull;
    private boolean closing;
    private int steps;

    private FullIntake(InMemoryBroker broker, long seed, int closeAt) {
        this.broker = broker;
        this.workers = new SteppingWorkers(clock, new Random(seed));
        this.closeAt = closeAt;
        BurrowConfig config = BurrowConfig.builder()
                .concurrency(2)
                .maxInFlightRecords(4)
                .maxPartitionInFlightRecords(4)
                .backoff(BackoffStrategy.fixed(Duration.ofMillis(20)))
                .commitInterval(Duration.ofMillis(40))
                .minCommitInterval(Duration.ZERO)
                .build();
        this.engine = new Engine<>(
                new Extensions<>(
                        new Source(broker.source("g", List.of("t"), o -> o.maxPollRecords(5))),
                        null,
                        this::handle,
                        null,
                        true,
                        null,
                        null,
                        List.of(new Listener())),
                config,
                clock,
                workers,
                () -> new Random(1),
                NOPLogger.NOP_LOGGER,
                (from, to) -> step());
    }

    /** Closes nowhere; returns how many steps there are in the order that a seed gives. */
    static int steps(long seed) {
        FullIntake run = new FullIntake(broker(), seed, NEVER);
        run.toTheEnd();
        assertThat(run.wasFull).isTrue();
        return run.steps;
    }

    /** Closes at one step, from 1, and then lets a second engine do what the first one left. */
    static void closedAt(long seed, int step) {
        InMemoryBroker broker = broker();
        FullIntake first = new FullIntake(broker, seed, step);
        first.toTheEnd();
        assertThat(first.closing).isTrue();
        CloseResult result = first.engine.closed().getNow(null);
        assertThat(result).as("close returned").isNotNull();
        assertThat(first.engine.state()).isEqualTo(BurrowState.CLOSED);
        assertThat(broker.members("g")).isEmpty();
        assertThat(first.workers.step()).isFalse();
        assertThat(result.clean()).isTrue();

        CommitPoint committed = broker.committed("g", P0);
        for (long offset = 0; committed != null && offset < committed.offset(); offset++) {
            assertThat(first.done).contains(offset);
        }

        FullIntake second = new FullIntake(broker, seed, NEVER);
        second.toTheEnd();
        assertThat(second.done).filteredOn(first.done::contains).isEmpty();
        Set<Long> all = new HashSet<>(first.done);
        all.addAll(second.done);
        assertThat(all).hasSize(RECORDS);
    }

    private static InMemoryBroker broker() {
        InMemoryBroker broker = new InMemoryBroker().createTopic("t", 1);
        for (int i = 0; i < RECORDS; i++) {
            broker.produce("t", 0, "key-" + i % 3, "value");
        }
        return broker;
    }

    private void toTheEnd() {
        engine.open();
        for (int round = 0; round < 2_000; round++) {
            step();
            if (!engine.turn(false)) {
                return;
            }
            wasFull |= engine.stats().partitions().values().stream()
                    .anyMatch(p -> p.blocked() == BlockedReason.PARTITION_RECORDS_FULL
                            || p.blocked() == BlockedReason.RECORDS_FULL);
            step();
            while (workers.step()) {
                step();
            }
            clock.advance(Duration.ofMillis(5));
            if (closeAt == NEVER && broker.lag("g") == 0) {
                return;
            }
        }
        throw new AssertionError("it does not end: " + engine.health());
    }

    private void step() {
        steps++;
        if (steps == closeAt) {
            closing = true;
            engine.close(Duration.ofSeconds(10).toNanos());
        }
    }

    private CompletionStage<?> handle(Message<String, String> message) {
        assertThat(closing).as("nothing starts after close").isFalse();
        step();
        if (message.offset() == 3 && message.attempt() == 1) {
            throw new IllegalStateException("a retry");
        }
        if (message.offset() % 2 == 0) {
            done.add(message.offset());
            return AsyncMessageHandler.done();
        }
        CompletableFuture<Void> stage = new CompletableFuture<>();
        clock.schedule(10_000_000, () -> {
            step();
            done.add(message.offset());
            stage.complete(null);
        });
        return stage;
    }

    private final class Source extends ForwardingSource {
        Source(MessageSource<String, String> inner) {
            super(inner);
        }

        @Override
        public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
            step();
            super.poll(timeout, (partition, records, end) -> {
                step();
                receiver.receive(partition, stepped(records), end);
                step();
            });
            step();
        }

        private Iterator<SourceRecord<String, String>> stepped(
                Iterator<? extends SourceRecord<String, String>> records) {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    step();
                    return records.hasNext();
                }

                @Override
                public SourceRecord<String, String> next() {
                    return records.next();
                }
            };
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            step();
            super.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            step();
            super.resume(partitions);
        }
    }

    private final class Listener implements BurrowListener {
        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            step();
        }

        @Override
        public void blocked(TopicPartition partition, BlockedReason reason) {
            step();
        }

        @Override
        public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
            step();
        }
    }
}
