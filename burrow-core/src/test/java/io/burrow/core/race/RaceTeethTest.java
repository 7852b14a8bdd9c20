package io.burrow.core.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.sim.teeth.Defect;
import io.burrow.core.sim.teeth.DefectLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.SpinLoopStyle;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * A guard that is taken out is missed by the race that is there for it. The races run in this process, over copies of
 * the real classes that have one mistake each; with what forbidden thing was seen, it is written to
 * {@code target/race-teeth.txt}.
 */
class RaceTeethTest {
    private static final String PACKAGE = "io.burrow.core.";
    private static final int MILLIS_A_RUN = 50;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final List<String> REPORT = Collections.synchronizedList(new ArrayList<>());

    /** A mistake, and the race that must find it. */
    record Tooth(Defect defect, String race) {
        static Tooth of(String race, String name, String file, String text, String wrong) {
            return new Tooth(new Defect(name, race, file, text, wrong), PACKAGE + race);
        }

        @Override
        public String toString() {
            return defect.name();
        }
    }

    static Stream<Tooth> teeth() {
        return Stream.of(
                Tooth.of(
                        "ledger.GapLedgerRaces.TwoCompletionsInOneWord",
                        "a flag is written together with those beside it",
                        "ledger/GapLedger.java",
                        "FLAG.setRelease(chunk.flags, (int) sequence & CHUNK_SLOTS - 1, (byte) 1);",
                        "int eight = (int) sequence & CHUNK_SLOTS - Byte.SIZE;"
                                + " long before = (long) EIGHT.get(chunk.flags, eight);"
                                + " EIGHT.set(chunk.flags, eight, before | 1L << ((int) sequence & 7) * Byte.SIZE);"),
                Tooth.of(
                        "ledger.GapLedgerRaces.CompletionAgainstAReusedChunk",
                        "a chunk is used again with its old flags",
                        "ledger/GapLedger.java",
                        "Arrays.fill(chunk.flags, (byte) 0);",
                        ""),
                Tooth.of(
                        "engine.BoundRaces.FullSpanAgainstItsOldestRecord",
                        "a worker looks who waits before others can see what it has finished",
                        "engine/Assignment.java",
                        "VarHandle.fullFence();",
                        ""),
                Tooth.of(
                        "schedule.ReadyQueueRaces.TwoTakers",
                        "a unit is taken in two steps",
                        "schedule/Run.java",
                        "int index = (int) TAKEN.getAndAdd(this, 1);",
                        "int index = taken; taken = index + 1;"),
                Tooth.of(
                        "schedule.ReadyQueueRaces.TwoTakersMoveTheHead",
                        "the head is moved without a look at where it is",
                        "schedule/ReadyQueue.java",
                        "} else if (HEAD.compareAndSet(this, run, next)) {",
                        "} else { head = next;"),
                Tooth.of(
                        "engine.SparedDeliveryRaces.PinAgainstTheNextRecord",
                        "what the loop looks at is used again",
                        "engine/SparedDelivery.java",
                        "if (troubles == null && STATE.compareAndSet(this, IN_USE, SPARE)) {",
                        "if (troubles == null) { state = SPARE;"),
                Tooth.of(
                        "schedule.LaneRaces.TwoWorkersAtOneKey",
                        "a slot is counted in two steps",
                        "schedule/Lane.java",
                        "return (int) DUE.getAndAdd(this, slots) == 0;",
                        "int before = due; due = before + slots; return before == 0;"),
                Tooth.of(
                        "schedule.LaneRaces.LastRecordAgainstTheNext",
                        "a finished record is counted in two steps",
                        "schedule/Lane.java",
                        "return (int) DUE.getAndAdd(this, -1) > 1;",
                        "int was = due; due = was - 1; return was > 1;"),
                Tooth.of(
                        "schedule.LaneRaces.SweepAgainstTheLastRecord",
                        "a lane is swept while its last record runs",
                        "schedule/LaneTable.java",
                        "if (lane.isIdle()) {",
                        "if (lane.size() <= 1) {"),
                Tooth.of(
                        "worker.WorkerRaces.EnterAgainstClosing",
                        "a worker enters without a fence",
                        "worker/Worker.java",
                        "private volatile @Nullable Object scope;",
                        "private @Nullable Object scope;"),
                Tooth.of(
                        "engine.RevokeRaces.RevokeAgainstAHandler",
                        "a worker looks at the phase before it enters",
                        "engine/Attempts.java",
                        "worker.enter(assignment); if (assignment.phase != Assignment.LIVE) {",
                        "boolean over = assignment.phase != Assignment.LIVE; worker.enter(assignment); if (over) {"),
                Tooth.of(
                        "engine.RevokeRaces.RevokeAgainstAStage",
                        "a stage is not counted as pending",
                        "engine/Attempts.java",
                        "assignment.pending.incrementAndGet(); StuckWatch.Stage watched =",
                        "StuckWatch.Stage watched ="),
                Tooth.of(
                        "engine.RevokeRaces.LossAgainstARetryThatIsDue",
                        "a retry goes on although it was let go",
                        "engine/Failures.java",
                        "if (assignment.retrying.remove(delivery, waiting)) { then.run(); }",
                        "assignment.retrying.remove(delivery, waiting); then.run();"),
                Tooth.of(
                        "engine.RevokeRaces.LossAgainstARetryThatBegins",
                        "who begins to wait does not look whether it is too late",
                        "engine/Failures.java",
                        "then.run(); } })); if (assignment.phase == Assignment.DEAD) {",
                        "then.run(); } })); if (false) {"),
                Tooth.of(
                        "engine.RevokeRaces.LossAgainstARecordThatIsParked",
                        "who parks does not look whether it is too late",
                        "engine/Failures.java",
                        "if (assignment.phase == Assignment.DEAD && assignment.parked.remove(delivery)) {",
                        "if (false) {"),
                Tooth.of(
                        "engine.DeliveryRaces.TwoCompletions",
                        "an attempt is taken in two steps",
                        "engine/Delivery.java",
                        "return TOKEN.compareAndSet(this, attempt, -attempt);",
                        "if (token != attempt) { return false; } token = -attempt; return true;"),
                Tooth.of(
                        "engine.DeliveryRaces.AcknowledgementAgainstItsTimeLimit",
                        "a dead letter is answered in two steps",
                        "engine/DeadLetters.java",
                        "if (!answered.compareAndSet(false, true)) { return; }",
                        "if (answered.get()) { return; } answered.set(true);"),
                Tooth.of(
                        "engine.DeliveryRaces.BatchAgainstItsTimeLimit",
                        "a batch does not look what was taken from it before it takes the rest back",
                        "engine/BatchRun.java",
                        "} else if (failed[i] != null || gone[i]) {",
                        "} else if (failed[i] != null) {"),
                Tooth.of(
                        "engine.DeliveryRaces.LateStartAgainstItsTimeLimit",
                        "a handler comes into an attempt that is over",
                        "engine/AttemptDemand.java",
                        "if (over) { return false; }",
                        ""),
                Tooth.of(
                        "engine.DeliveryRaces.LateHandlerReturnsAgainstItsTimeLimit",
                        "what a handler held is freed by whoever comes",
                        "engine/Attempts.java",
                        "return delivery.assignment().stages.remove(delivery, watched);",
                        "delivery.assignment().stages.remove(delivery, watched); return true;"),
                Tooth.of(
                        "engine.DeliveryRaces.HandlerReturnsAgainstTheStepThatWaitsForIt",
                        "a step is left for a handler in two steps",
                        "engine/Overruns.java",
                        "if (waiting == null || !waiting.compareAndSet(RUNNING, step)) {",
                        "if (waiting != null && waiting.get() == RUNNING) { waiting.set(step); } else {"),
                Tooth.of(
                        "engine.BoundRaces.FullSpanAgainstItsOldestRecord",
                        "the oldest record is not looked at again once it is watched",
                        "engine/Bounds.java",
                        "assignment.advance(); // it may have ended before it was watched if (assignment.ledger.room() == 0) {",
                        "if (true) {"),
                Tooth.of(
                        "engine.BoundRaces.TwoWorkersForOnePermit",
                        "a permit is taken in two steps",
                        "engine/Permits.java",
                        "if (inUse.compareAndSet(used, used + 1)) { return true; }",
                        "inUse.set(used + 1); if (true) { return true; }"),
                Tooth.of(
                        "protect.ProtectRaces.TwoWorkersForOneProbe",
                        "a probe is taken without the lock",
                        "protect/Breaker.java",
                        "synchronized (this) { if (state == State.HALF_OPEN && probesStarted < probes) { probesStarted++;",
                        "{ if (state == State.HALF_OPEN && probesStarted < probes) { probesStarted++;"),
                Tooth.of(
                        "protect.ProtectRaces.TwoWorkersForOnePermit",
                        "a permit of the budget is taken without the lock",
                        "protect/Budget.java",
                        "public synchronized boolean tryTake(",
                        "public boolean tryTake("));
    }

    @ParameterizedTest
    @MethodSource("teeth")
    void guardThatIsTakenOut_isMissedByItsRace(Tooth tooth) throws Exception {
        TestInfo race = TestList.getInfo(tooth.race());
        Class<?> runner = new DefectLoader(tooth.defect()).loadClass(race.generatedRunner());
        String seen = null;
        long start = System.nanoTime();
        while (seen == null && System.nanoTime() - start < LONGEST_NANOS) {
            Object run = runner.getConstructor(ForkedTestConfig.class).newInstance(config(race));
            seen = forbidden(race, ((Runner<?>) run).run());
        }
        assertThat(seen).as("what %s sees if %s", tooth.race(), tooth).isNotNull();
        REPORT.add(tooth + " | " + race.name().substring(PACKAGE.length()) + " | " + seen);
    }

    /** What was seen and is not accepted, or null. */
    private static @Nullable String forbidden(TestInfo race, TestResult result) {
        if (result.status() != Status.NORMAL) {
            String thrown = result.getMessages().stream()
                    .flatMap(String::lines)
                    .filter(line -> line.contains("Exception") || line.contains("Error:"))
                    .findFirst()
                    .orElse("");
            return result.status() + " " + thrown;
        }
        return result.getStateKeys().stream()
                .filter(state -> race.cases().stream()
                        .noneMatch(each -> each.expect() == Expect.ACCEPTABLE && each.matches(state)))
                .findFirst()
                .orElse(null);
    }

    /** How to run it: as jcstress sends it to its processes. */
    private static ForkedTestConfig config(TestInfo race) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(SpinLoopStyle.THREAD_YIELD.ordinal());
        out.writeInt(MILLIS_A_RUN);
        out.writeInt(1); // iteration
        out.writeUTF(race.generatedRunner());
        out.writeInt(64); // megabytes
        out.writeInt(64); // runs in a stride
        out.writeInt(8); // strides
        out.writeBoolean(false); // bound to processors
        return new ForkedTestConfig(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }

    @AfterAll
    static void report() throws IOException {
        Files.write(Path.of("target/race-teeth.txt"), REPORT);
    }
}
