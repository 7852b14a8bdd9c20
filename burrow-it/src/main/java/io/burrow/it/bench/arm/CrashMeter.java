package io.burrow.it.bench.arm;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Kills this process in the middle of its work, or counts what comes again after that. One thread. */
final class CrashMeter {

    private static final long LOOK_MILLIS = 5;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Once all is done and nothing has begun for so long, nothing comes any more. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Arm arm;
    private final Journal journal;

    CrashMeter(Arm arm, Journal journal) {
        this.arm = arm;
        this.journal = journal;
    }

    /** Does not come back. */
    void killAfter(long records) throws InterruptedException, IOException {
        long seen = -1;
        long changed = System.nanoTime();
        while (arm.records() < records) {
            if (arm.records() != seen) {
                seen = arm.records();
                changed = System.nanoTime();
            } else if (System.nanoTime() - changed > PATIENCE_NANOS) {
                throw new IllegalStateException("no record was done for a minute, after " + seen);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
        Thread.currentThread().join();
    }

    /** Waits until all is done, and returns a line of JSON. */
    String count() throws InterruptedException {
        long seen = -1;
        long changed = System.nanoTime();
        while (true) {
            arm.records(); // throws if it has failed
            long now = System.nanoTime();
            if (journal.begun() != seen) {
                seen = journal.begun();
                changed = now;
            } else if (journal.missing() == 0 && now - changed > QUIET_NANOS) {
                return String.format(
                        Locale.ROOT, "{\"done_before\":%d,\"redelivered\":%d}", journal.doneBefore(), journal.again());
            } else if (now - changed > PATIENCE_NANOS) {
                throw new IllegalStateException(
                        journal.missing() + " records were not done by anybody, and none has come for a minute");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
