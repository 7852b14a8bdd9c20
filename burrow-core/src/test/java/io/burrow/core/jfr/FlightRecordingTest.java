package io.burrow.core.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.CommitMode;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in a recording, read back from its file. */
class FlightRecordingTest {
    private static final String CANARY = "canary";

    @TempDir
    private Path directory;

    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 2);
    private final TestClock clock = new TestClock();
    private final CompletableFuture<Void> late = new CompletableFuture<>();

    private BurrowBuilder<String, String> burrow(String name) {
        return Burrow.<String, String>builder()
                .source(broker.source("mailer", List.of("orders")))
                .config(config -> config.name(name)
                        .ordering(Ordering.UNORDERED)
                        .stuckAfter(Duration.ofSeconds(20))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))));
    }

    /** Runs it for a minute of its clock, and returns the events of that Burrow. */
    private List<RecordedEvent> recorded(String name, String threshold, BurrowBuilder<String, String> builder)
            throws IOException {
        return recorded(name, threshold, builder, () -> {});
    }

    /** Likewise, with something that happens to it at its start. */
    private List<RecordedEvent> recorded(
            String name, String threshold, BurrowBuilder<String, String> builder, Runnable happening)
            throws IOException {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String event : List.of("HandlerRun", "Commit", "Rebalance", "Stall")) {
                recording.enable("io.burrow." + event).with("threshold", threshold);
            }
            recording.start();
            try (SteppedBurrow<String, String> stepped = SteppedBurrow.start(builder, clock, 1)) {
                stepped.settle();
                happening.run();
                for (int second = 0; second < 60; second++) {
                    stepped.advance(Duration.ofSeconds(1));
                }
                late.complete(null);
                stepped.settle();
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = new ArrayList<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().startsWith("io.burrow.")
                    && event.getString("burrow").equals(name)) {
                events.add(event);
            }
        }
        assertThat(events.toString()).doesNotContain(CANARY);
        return events;
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("io.burrow." + name))
                .toList();
    }

    @Test
    void handlerRuns_areRecordedWithTheirPosition_attemptAndFailure() throws IOException {
        broker.produce("orders", 1, null, CANARY);
        List<RecordedEvent> events = recorded("runs", "0 ns", burrow("runs").handler(message -> {
            if (message.attempt() == 1) {
                throw new IllegalStateException(CANARY);
            }
        }));

        List<RecordedEvent> runs = of(events, "HandlerRun");
        assertThat(runs).extracting(run -> run.getInt("attempt")).containsExactlyInAnyOrder(1, 2);
        assertThat(runs)
                .extracting(run -> run.getString("failure"))
                .containsExactlyInAnyOrder("java.lang.IllegalStateException", null);
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.getString("topic")).isEqualTo("orders");
            assertThat(run.getInt("partition")).isEqualTo(1);
            assertThat(run.getLong("offset")).isZero();
            assertThat(run.getInt("records")).isEqualTo(1);
            assertThat(run.getDuration()).isPositive();
        });
    }

    @Test
    void handlerRuns_belowTheThreshold_areNotRecorded() throws IOException {
        broker.produce("orders", 1, null, CANARY);
        assertThat(of(recorded("short", "1 h", burrow("short").handler(message -> {})), "HandlerRun"))
                .isEmpty();
    }

    @Test
    void asynchronousRun_lastsUntilItsStageCompletes_andItsStallIsRecordedOnce() throws IOException {
        broker.produce("orders", 1, null, CANARY);
        List<RecordedEvent> events = recorded("async", "0 ns", burrow("async").asyncHandler(message -> late));

        assertThat(of(events, "HandlerRun")).hasSize(1);
        assertThat(of(events, "Stall")).singleElement().satisfies(stall -> {
            assertThat(stall.getString("topic")).isEqualTo("orders");
            assertThat(stall.getLong("offset")).isZero();
            assertThat(stall.getInt("records")).isEqualTo(1);
            assertThat(stall.getDuration("age")).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
            assertThat(stall.getString("handler")).startsWith(FlightRecordingTest.class.getName() + "$$Lambda");
        });
        assertThat(of(events, "HandlerRun").get(0).getEndTime())
                .isAfterOrEqualTo(of(events, "Stall").get(0).getEndTime());
    }

    @Test
    void batch_isOneRun() throws IOException {
        broker.produce("orders", 1, null, CANARY);
        broker.produce("orders", 1, null, CANARY);
        List<RecordedEvent> events =
                recorded("batch", "0 ns", burrow("batch").batchHandler(batch -> Outcome.allSucceeded(batch.size())));
        assertThat(of(events, "HandlerRun"))
                .singleElement()
                .satisfies(run -> assertThat(run.getInt("records")).isEqualTo(2));
    }

    @ParameterizedTest
    @EnumSource
    void commitsAndRebalances_areRecorded(CommitMode mode) throws IOException {
        broker.produce("orders", 1, null, CANARY);
        List<RecordedEvent> events = recorded(
                "commits",
                "0 ns",
                burrow("commits").config(config -> config.commitMode(mode)).handler(message -> {}));

        assertThat(of(events, "Commit"))
                .isNotEmpty()
                .anyMatch(commit -> commit.getBoolean("asynchronous") == (mode == CommitMode.ASYNC))
                .allSatisfy(commit -> {
                    assertThat(commit.getBoolean("complete")).isTrue();
                    assertThat(commit.getInt("partitions")).isPositive();
                    assertThat(commit.getString("failure")).isNull();
                });
        assertThat(of(events, "Rebalance"))
                .extracting(rebalance -> rebalance.getString("type"))
                .contains("assigned", "revoked");
        assertThat(of(events, "Rebalance")).allSatisfy(rebalance -> {
            assertThat(rebalance.getInt("partitions")).isEqualTo(2);
            assertThat(rebalance.getBoolean("handlersLeftRunning")).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource
    void commitThatFailed_isRecordedAsNotComplete_withItsClass(CommitMode mode) throws IOException {
        List<RecordedEvent> events = recorded(
                "failed",
                "0 ns",
                burrow("failed").config(config -> config.commitMode(mode)).handler(message -> {}),
                () -> {
                    broker.faults().failNextCommit("mailer", CommitOutcome.RETRY);
                    broker.produce("orders", 1, null, CANARY);
                });

        assertThat(of(events, "Commit"))
                .filteredOn(commit -> !commit.getBoolean("complete"))
                .singleElement()
                .satisfies(commit -> {
                    assertThat(commit.getInt("partitions")).isEqualTo(1);
                    assertThat(commit.getString("failure")).isEqualTo(BurrowException.class.getName());
                });
    }

    @Test
    void partitionsThatWereLost_areRecorded() throws IOException {
        List<RecordedEvent> events = recorded(
                "lost",
                "0 ns",
                burrow("lost").handler(message -> {}),
                () -> broker.faults().expire(broker.members("mailer").get(0)));

        assertThat(of(events, "Rebalance"))
                .filteredOn(rebalance -> rebalance.getString("type").equals("lost"))
                .singleElement()
                .satisfies(rebalance -> {
                    assertThat(rebalance.getInt("partitions")).isEqualTo(2);
                    assertThat(rebalance.getBoolean("handlersLeftRunning")).isFalse();
                });
    }

    @Test
    void whileNobodyRecords_nothingIsMade() {
        assertThat(FlightEvents.handlerRun()).isNull();
        assertThat(FlightEvents.commit()).isNull();
        assertThat(FlightEvents.rebalance()).isNull();
        assertThat(FlightEvents.stall()).isNull();
    }

    @Test
    void events_areDescribed() throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("io.burrow.HandlerRun");
            recording.start();
            assertThat(FlightEvents.handlerRun()).isNotNull();
        }
        List<EventType> types = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith("io.burrow."))
                .toList();
        assertThat(types).isNotEmpty().allSatisfy(type -> {
            assertThat(type.getLabel()).isNotBlank();
            assertThat(type.getDescription()).isNotBlank();
            assertThat(type.getCategoryNames()).containsExactly("Burrow");
            assertThat(type.getFields().stream().filter(field -> field.getName().equals("burrow")))
                    .hasSize(1);
            assertThat(type.getFields()).allMatch(field -> field.getLabel() != null);
        });
    }
}
