package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.Message;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.ScriptedSource;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppingWorkers;
import io.burrow.core.testing.TestClock;
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** The memory that order takes, in a whole engine. */
class LanesTest {
    private static final int KEYS = 200_000;
    private static final int BOUND = 1_000;

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("t", 2);
    private final TestClock clock = new TestClock();
    private final SteppingWorkers workers = new SteppingWorkers(clock, new Random(1));
    private int failures;

    private Engine<String, String> engine() {
        return engine(broker.source("g", List.of("t")));
    }

    private Engine<String, String> engine(MessageSource<String, String> source) {
        AsyncMessageHandler<String, String> handler = AsyncMessageHandler.of(message -> {
            if (message.attempt() == 1 && message.offset() % 1_000 == 0) {
                failures++;
                throw new IllegalStateException("once");
            }
        });
        Random random = new Random(2);
        return new Engine<>(
                new Extensions<>(source, null, handler, null, false, null, null, List.of()),
                BurrowConfig.builder()
                        .maxInFlightRecords(2 * BOUND)
                        .maxPartitionInFlightRecords(BOUND)
                        .build(),
                clock,
                workers,
                () -> random,
                NOPLogger.NOP_LOGGER,
                (from, to) -> {});
    }

    @Test
    void manyKeysThroughABurrow_leaveNoLane() {
        for (int i = 0; i < KEYS; i++) {
            broker.produce("t", i % 2, "key-" + i, "value");
        }
        Engine<String, String> engine = engine();
        engine.open();
        int most = 0;
        while (engine.stats().processed() < KEYS) {
            engine.turn(false);
            while (workers.step()) {
                // until nothing is ready
            }
            most = Math.max(most, engine.assignments.laneCount());
            clock.advance(Duration.ofMillis(100));
        }
        assertThat(failures).isEqualTo(KEYS / 1_000);
        assertThat(most).isLessThan(4 * 2 * BOUND + (1 << 15)); // in use, not swept yet, and kept for the next time
        assertEmptied(engine);
    }

    /** Asserts that no lane is left soon, and ends it. */
    private void assertEmptied(Engine<String, String> engine) {
        for (int i = 0; engine.assignments.laneCount() > 0; i++) {
            engine.turn(false);
            clock.advance(Duration.ofMillis(100));
            assertThat(i).isLessThan(100); // ten seconds
        }
        engine.close(0);
        while (engine.turn(false)) {
            // to its end
        }
    }

    /** A record whose key changes once it has been asked for. */
    private record Unsteady(long offset, List<Long> orderingKey) implements SourceRecord<String, String> {
        @Override
        public int sizeBytes() {
            return 1;
        }

        @Override
        public Message<String, String> decode() {
            orderingKey.add(offset);
            return TestMessage.<String, String>builder("key", "value")
                    .at("t", 0, offset)
                    .build();
        }
    }

    @Test
    void keysThatChangeTheirHash_leaveNoLaneEither() {
        ScriptedSource<String, String> source = new ScriptedSource<>();
        Engine<String, String> engine = engine(source);
        engine.open();
        source.assign(ScriptedSource.P0, 0)
                .records(LongStream.range(0, BOUND)
                        .mapToObj(offset -> new Unsteady(offset, new ArrayList<>(List.of(offset / 2))))
                        .toList());
        while (engine.stats().processed() < BOUND) {
            engine.turn(false);
            while (workers.step()) {
                // until nothing is ready
            }
            clock.advance(Duration.ofMillis(100));
        }
        assertEmptied(engine);
        assertThat(engine.health().problems())
                .filteredOn(problem -> problem.startsWith("SOURCE_CONTRACT: java.util.ArrayList changed its hash"))
                .hasSize(1);
    }
}
