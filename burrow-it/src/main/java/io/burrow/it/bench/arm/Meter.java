package io.burrow.it.bench.arm;

import io.burrow.it.bench.arm.Measures.Reading;
import java.util.concurrent.TimeUnit;

/** Looks at a running arm every few milliseconds, until its span has passed. One thread. */
final class Meter {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Arm arm;
    private final Span span;
    private long beganNanos;
    private double firstSecondsRate = Double.NaN;

    Meter(Arm arm, Span span) {
        this.arm = arm;
        this.span = span;
    }

    /** Measures; throws if no record comes for a minute. */
    Measures measure() throws InterruptedException {
        awaitFirst();
        Reading from = awaitWarm();
        Latency latency = arm.latency();
        if (latency != null) {
            latency.reset();
        }
        Reading to = awaitEnd(from);
        return new Measures(from, to, firstSecondsRate, latency);
    }

    private void awaitFirst() throws InterruptedException {
        long patience = System.nanoTime() + PATIENCE_NANOS;
        while (arm.records() == 0) {
            if (System.nanoTime() > patience) {
                throw new IllegalStateException("no record was done within a minute");
            }
            look();
        }
        beganNanos = System.nanoTime();
    }

    private Reading awaitWarm() throws InterruptedException {
        while (!span.isWarm(arm.records(), System.nanoTime() - beganNanos)) {
            look();
        }
        return Reading.of(arm);
    }

    private Reading awaitEnd(Reading from) throws InterruptedException {
        while (!span.isOver(arm.records(), System.nanoTime() - from.nanos())) {
            look();
            noteFirstSeconds(false);
        }
        Reading to = Reading.of(arm);
        noteFirstSeconds(true);
        return to;
    }

    /** The rate of the first ten seconds, or of all of them if they are fewer. */
    private void noteFirstSeconds(boolean ended) {
        long nanos = System.nanoTime() - beganNanos;
        if (Double.isNaN(firstSecondsRate) && (ended || nanos >= FIRST_NANOS)) {
            firstSecondsRate = arm.records() * 1e9 / nanos;
        }
    }

    private static void look() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(LOOK_NANOS);
    }
}
