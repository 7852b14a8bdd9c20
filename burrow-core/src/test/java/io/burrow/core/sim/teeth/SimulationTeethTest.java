package io.burrow.core.sim.teeth;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.sim.Simulations;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each defect must be found by the simulation within the seeds of the build: as an invariant that does not hold. That
 * the simulation itself fails, or the engine by an exception, does not count. What it took is written to
 * {@code target/sim-teeth.txt}, and stands in {@code docs/proof.md}.
 */
class SimulationTeethTest {
    private static final int SEEDS = 20_000;
    private static final int CONTROL_SEEDS = 300;
    /** A violation begins with the invariant, perhaps behind the name of a member. */
    private static final Pattern VIOLATION = Pattern.compile("(?:m\\d+: )?(I\\d+b?): ");

    private static final long HANGS_SECONDS = 120;
    private static final List<String> REPORT = Collections.synchronizedList(new ArrayList<>());
    private static final Map<Defect, Optional<Found>> FOUND = new ConcurrentHashMap<>();

    /**
     * How a defect was found.
     *
     * @param seeds how many seeds it took
     * @param invariant which invariant was seen broken first
     */
    private record Found(int seeds, String invariant) {}

    /** Those that the simulation checks. */
    static Stream<String> invariants() {
        return Stream.of("I1", "I1b", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I12", "I13", "I14");
    }

    static Stream<Defect> defects() {
        return Stream.of(
                new Defect(
                        "the commit point is the end of what was fetched",
                        "I1",
                        "ledger/GapLedger.java",
                        "return head == tail ? endPosition : chunk(head).offsets[(int) head & CHUNK_SLOTS - 1];",
                        "return endPosition;"),
                new Defect(
                        "the commit point lies behind the highest record that is finished",
                        "I1",
                        "ledger/GapLedger.java",
                        "return head == tail ? endPosition : chunk(head).offsets[(int) head & CHUNK_SLOTS - 1];",
                        "long last = tail - 1; while (last >= head && finishedBetween(last, last + 1) == 0) { last--; }"
                                + " if (last == tail - 1) { return endPosition; }"
                                + " return last < head"
                                + " ? chunk(head).offsets[(int) head & CHUNK_SLOTS - 1] : offset(last) + 1;"),
                new Defect(
                        "a dead letter completes its record before it is acknowledged",
                        "I1",
                        "engine/DeadLetters.java",
                        "CompletionStage<?> stage; try {",
                        "answer(delivery, answered, null); CompletionStage<?> stage; try {"),
                new Defect(
                        "a failed record is completed",
                        "I1",
                        "engine/Failures.java",
                        "retryLater(delivery, nanos(delay)); }",
                        "finisher.finish(delivery, RecordOutcome.SKIPPED, startedNanos, now); shared.moveOn(delivery); }"),
                new Defect(
                        "a snapshot names one offset too many",
                        "I1b",
                        "ledger/GapLedger.java",
                        "return runs.add(offsets[first], offsets[last] + 1);",
                        "return runs.add(offsets[first], offsets[last] + 2);"),
                new Defect(
                        "a damaged snapshot is believed",
                        "I10",
                        "snapshot/SnapshotCodec.java",
                        "if (bits.bits(CHECK_CHARS * BitText.BITS) != check(partition, base, leaderEpoch, metadata))"
                                + " { return Snapshot.none(); }",
                        "bits.bits(CHECK_CHARS * BitText.BITS);"),
                new Defect(
                        "after an unknown outcome the offset known before is committed again",
                        "I2",
                        "engine/Commits.java",
                        "points.put(assignment.partition, new CommitPoint(offset, assignment.epochBelowCommitPoint, snapshot));",
                        "points.put(assignment.partition, retrySoon"
                                + " ? new CommitPoint(Math.max(0, assignment.committed), -1, \"\")"
                                + " : new CommitPoint(offset, assignment.epochBelowCommitPoint, snapshot));"),
                new Defect(
                        "a partition is given up before its last commit",
                        "I3",
                        "engine/Rebalancer.java",
                        "List<TopicPartition> names = forget(leaving); shared.events.log().atWarn()",
                        "commits.commitNow(leaving, Duration.ofSeconds(1)); List<TopicPartition> names = forget(leaving);"
                                + " shared.events.log().atWarn()"),
                new Defect(
                        "a record starts although its assignment is over",
                        "I4",
                        "engine/Attempts.java",
                        "if (assignment.phase != Assignment.LIVE) {",
                        "if (assignment.phase == 77) {"),
                new Defect(
                        "a completion of a former assignment counts",
                        "I4",
                        "engine/Finisher.java",
                        "if (delivery.assignment().phase == Assignment.DEAD) {",
                        "if (false) {"),
                new Defect(
                        "a completion of a former assignment is put down in the ledger of the next",
                        "I4",
                        "engine/Finisher.java",
                        "private long end(Delivery delivery, RecordOutcome outcome, long startedNanos, long endedNanos) {"
                                + " if (delivery.assignment().phase == Assignment.DEAD)"
                                + " { abandon(delivery, startedNanos, endedNanos);",
                        "private final java.util.Map<Object, Assignment> newest = new java.util.HashMap<>();"
                                + " private long end("
                                + "Delivery delivery, RecordOutcome outcome, long startedNanos, long endedNanos) {"
                                + " Assignment own = delivery.assignment();"
                                + " if (own.phase != Assignment.DEAD) { newest.put(own.partition, own); }"
                                + " else { abandon(delivery);"
                                + " Assignment next = newest.get(own.partition);"
                                + " long sequence = delivery.sequence();"
                                + " if (next != null && next.phase == Assignment.LIVE"
                                + " && sequence >= next.ledger.headSequence() && sequence < next.ledger.nextSequence()) {"
                                + " next.ledger.complete(sequence); }"),
                new Defect(
                        "a key is released before its retry",
                        "I5",
                        "engine/Failures.java",
                        "retryLater(delivery, nanos(delay)); } return false;",
                        "retryLater(delivery, nanos(delay)); } return true;"),
                new Defect(
                        "a lane belongs to whoever comes",
                        "I5",
                        "schedule/Lane.java",
                        "return (int) DUE.getAndAdd(this, slots) == 0;",
                        "DUE.getAndAdd(this, slots); return true;"),
                new Defect(
                        "lanes end with their assignment",
                        "I5",
                        "engine/Assignments.java",
                        "lanes.computeIfAbsent(assigned.partition(), partition -> new LaneTable())",
                        "new LaneTable()"),
                new Defect(
                        "a parked record lets the next of its key go on",
                        "I5",
                        "engine/Failures.java",
                        "return releases;",
                        "return true;"),
                new Defect(
                        "what follows a failed record in a batch is not taken back",
                        "I5",
                        "engine/BatchRun.java",
                        "if (broken.contains(lane)) {",
                        "if (false) {"),
                new Defect(
                        "a second completion counts",
                        "I6",
                        "engine/Delivery.java",
                        "return TOKEN.compareAndSet(this, attempt, -attempt);",
                        "TOKEN.compareAndSet(this, attempt, -attempt); return true;"),
                new Defect(
                        "a stage of an attempt that was taken from its handler stays pending",
                        "I6",
                        "engine/Attempts.java",
                        "if (ours) {",
                        "if (false) {"),
                new Defect(
                        "a full partition is not paused",
                        "I7",
                        "engine/Intake.java",
                        "boolean paused = reason != BlockedReason.NONE || !assignment.held.isEmpty();",
                        "boolean paused = false;"),
                new Defect(
                        "the bound of records in all is ignored",
                        "I7",
                        "engine/Bounds.java",
                        "records.begin(most, kept, partitions, low);",
                        "records.begin(Integer.MAX_VALUE, kept, partitions, low);"),
                new Defect(
                        "the bound of a partition's records is ignored",
                        "I7",
                        "engine/Bounds.java",
                        "long mark = Math.max(1, before == BlockedReason.PARTITION_RECORDS_FULL ? lowRecords : mostRecords);",
                        "long mark = Long.MAX_VALUE;"),
                new Defect(
                        "the bound of bytes in all is ignored",
                        "I7",
                        "engine/Bounds.java",
                        "bytes.begin(config.maxInFlightBytes(),",
                        "bytes.begin(1L << 40,"),
                new Defect(
                        "the bound of a partition's bytes is ignored",
                        "I7",
                        "engine/Bounds.java",
                        "long bytesMark = config.maxPartitionInFlightBytes();",
                        "long bytesMark = 1L << 40;"),
                new Defect(
                        "what former assignments hold does not count",
                        "I7",
                        "engine/Bounds.java",
                        "hasFormer = true; records.addFormer(former.remaining()); bytes.addFormer(former.bytesInFlight());",
                        ""),
                new Defect(
                        "a commit that failed counts as made",
                        "I8",
                        "engine/Commits.java",
                        "default -> { retrySoon = true; retryNanos = now + RETRY_NANOS; assignment.unsure = true;",
                        "default -> { assignment.committed = point.offset(); retrySoon = true;"
                                + " retryNanos = now + RETRY_NANOS;"),
                new Defect(
                        "a refused commit counts as made",
                        "I8",
                        "engine/Commits.java",
                        "assignment.refused = true; refused = true;",
                        "assignment.committed = point.offset(); assignment.refused = true; refused = true;"),
                new Defect(
                        "commits wait for ten intervals",
                        "I8",
                        "engine/Commits.java",
                        "boolean due = first || since >= config.commitInterval().toNanos()",
                        "boolean due = first || since >= 10 * config.commitInterval().toNanos()"),
                new Defect(
                        "a commit is due by the number of records alone",
                        "I8",
                        "engine/Commits.java",
                        "|| since >= config.commitInterval().toNanos() || passed",
                        "|| passed"),
                new Defect(
                        "a commit that failed is made again much later",
                        "I8",
                        "engine/Commits.java",
                        "retryNanos = now + RETRY_NANOS;",
                        "retryNanos = now + 1_000 * RETRY_NANOS;"),
                new Defect(
                        "a commit that was refused is not made again",
                        "I8",
                        "engine/Commits.java",
                        "if (assignment.refused && now - assignment.refusedUntilNanos < 0) {",
                        "if (assignment.refused) {"),
                new Defect(
                        "a retry is forgotten",
                        "I9",
                        "engine/Failures.java",
                        "if (assignment.retrying.remove(delivery, waiting)) { then.run(); }",
                        "assignment.retrying.remove(delivery, waiting);"),
                new Defect(
                        "what waits for a retry keeps its key when its partition goes",
                        "I9",
                        "engine/Failures.java",
                        "for (Delivery delivery : assignment.retrying.keySet()) { abandonWaiting(assignment, delivery); }",
                        ""),
                new Defect(
                        "what is parked keeps its key when its partition goes",
                        "I9",
                        "engine/Failures.java",
                        "for (Delivery delivery : assignment.parked) { letGo(assignment, delivery); }",
                        ""),
                new Defect(
                        "a delivery that is used again stands for another record",
                        "I1",
                        "engine/SparedDelivery.java",
                        "load(batch, indexInBatch, record);",
                        "load(batch, 0, record);"),
                new Defect(
                        "a record without a key is dropped",
                        "I9",
                        "engine/Intake.java",
                        "runs.add(batch, sequence, record); return;",
                        "return;"),
                new Defect(
                        "a partition that was paused stays paused",
                        "I9",
                        "engine/Intake.java",
                        "source.resume(resume);",
                        ""),
                new Defect(
                        "a stage that ends keeps its permit",
                        "I9",
                        "engine/Attempts.java",
                        "if (async) { shared.permits.release(); if (!shared.ready.isEmpty()) {",
                        "if (async) { if (!shared.ready.isEmpty()) {"),
                new Defect(
                        "the breaker never lets probes through",
                        "I9",
                        "engine/Throttle.java",
                        "if (breaker.tick(shared.time.nanos())) {",
                        "if (false) {"),
                new Defect(
                        "a revocation waits for as long as the settings say",
                        "I12",
                        "engine/Rebalancer.java",
                        "Math.min(config.drainTimeout().toNanos(), Math.max(0, pollTime.leftNanos() - commitNanos));",
                        "config.drainTimeout().toNanos();"),
                new Defect(
                        "a stage of a former assignment is not waited for",
                        "I13",
                        "engine/Engine.java",
                        "&& rebalancer.isQuiet(assignments.ending())",
                        ""),
                new Defect(
                        "a close does not hurry a rebalance",
                        "I13",
                        "engine/Rebalancer.java",
                        "Math.min(budget, shared.nanosUntilStop())",
                        "budget"),
                new Defect(
                        "a partition that left uncommitted leaves a close clean",
                        "I13",
                        "engine/Ending.java",
                        "boolean clean = quiet && committed && !rebalancer.leftUncommitted() && threads.isEmpty();",
                        "boolean clean = quiet && committed && threads.isEmpty();"),
                new Defect(
                        "a closed Burrow is not over",
                        "I13",
                        "engine/Engine.java",
                        "setState(state == BurrowState.HALTING ? BurrowState.FAILED : BurrowState.CLOSED);",
                        ""),
                new Defect(
                        "a halt hides its cause",
                        "I14",
                        "engine/Engine.java",
                        "if (halt != null && !isStopping()) { cause = halt;",
                        "if (halt != null && !isStopping()) { cause = null;"),
                new Defect(
                        "a freeze hides its cause",
                        "I14",
                        "engine/Engine.java",
                        "state != BurrowState.FROZEN) { cause = freeze;",
                        "state != BurrowState.FROZEN) { cause = null;"));
    }

    /** Runs one seed. Returns what ended it, or null if nothing is wrong. */
    private static @Nullable Throwable run(DefectLoader loader, long seed) throws ReflectiveOperationException {
        Class<?> type = loader.loadClass("io.burrow.core.sim.Simulation");
        Object simulation = type.getConstructor(long.class).newInstance(seed);
        try {
            type.getMethod("run", int.class).invoke(simulation, Simulations.DRAWS);
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    /** Runs seeds until in one an invariant is seen broken before anything else. */
    private static Optional<Found> runUntilFound(DefectLoader loader) throws ReflectiveOperationException {
        for (int seed = 0; seed < SEEDS; seed++) {
            if (run(loader, seed) instanceof AssertionError violation) {
                Matcher invariant = VIOLATION.matcher(String.valueOf(violation.getMessage()));
                if (invariant.lookingAt()) {
                    return Optional.of(new Found(seed + 1, invariant.group(1)));
                }
            }
        }
        return Optional.empty();
    }

    /** How a defect is found; each is looked for once. */
    private static Optional<Found> find(Defect defect) throws Exception {
        Optional<Found> known = FOUND.get(defect);
        if (known != null) {
            return known;
        }
        DefectLoader loader = new DefectLoader(defect);
        CompletableFuture<Optional<Found>> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(runUntilFound(loader));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        Optional<Found> found = answer.get(HANGS_SECONDS, TimeUnit.SECONDS);
        FOUND.put(defect, found);
        return found;
    }

    @Test
    void withoutADefect_nothingIsFound() throws Exception {
        DefectLoader loader = new DefectLoader(null);
        for (int seed = 0; seed < CONTROL_SEEDS; seed++) {
            assertThat(run(loader, seed)).as("seed %d", seed).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("defects")
    void everyDefect_isFound(Defect defect) throws Exception {
        Optional<Found> found = find(defect);
        assertThat(found)
                .as("%s (%s) was not found", defect.name(), defect.invariant())
                .isPresent();
        REPORT.add("| " + defect.name() + " | " + defect.invariant() + " | "
                + found.get().seeds() + " | " + found.get().invariant() + " |");
    }

    @ParameterizedTest
    @MethodSource("invariants")
    void everyInvariant_isSeenBrokenFirst_byADefectThatIsAimedAtIt(String invariant) throws Exception {
        List<String> seen = new ArrayList<>();
        for (Defect defect :
                defects().filter(each -> each.invariant().equals(invariant)).toList()) {
            find(defect).ifPresent(found -> seen.add(found.invariant()));
        }
        assertThat(seen).contains(invariant);
    }

    @Test
    void thePageListsEveryDefect() throws IOException {
        String page = Files.readString(Path.of("../docs/proof.md"));
        assertThat(defects())
                .allSatisfy(defect ->
                        assertThat(page).contains("\n| " + defect.name() + " | " + defect.invariant() + " | "));
    }

    @AfterAll
    static void report() throws IOException {
        List<String> table = new ArrayList<>(
                List.of("| defect | aimed at | seeds needed | seen first as |", "| --- | --- | --- | --- |"));
        table.addAll(REPORT);
        Files.write(Path.of("target/sim-teeth.txt"), table);
    }
}
