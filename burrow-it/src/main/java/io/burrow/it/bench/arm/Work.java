package io.burrow.it.bench.arm;

import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a handler does with a record. Any thread.
 *
 * @param kind what
 * @param micros for how long, where it takes time
 */
public record Work(Kind kind, long micros) {

    /** How long a record waits for its second attempt, in milliseconds. */
    public static final int BACKOFF_MILLIS = 100;

    private static final int FAILING_OF = 100;
    private static final int TAIL_OF = 1_000;
    private static final int TAIL_TIMES = 400;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    /** The kinds of work. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** Waits. */
        SLEEP,
        /** Waits, and for 400 times as long at one record in a thousand. */
        TAIL,
        /** Keeps a processor busy. */
        SPIN,
        /** Fails at the first attempt of one record in a hundred. */
        FAIL,
        /** Never comes back from the first record of partition 0. */
        STUCK,
        /** Never comes back. */
        HOLD
    }

    /**
     * Does it.
     *
     * @param partition the record's partition
     * @param offset the record's offset
     * @param attempt 1 for the first
     * @throws InterruptedException if interrupted while it waits
     */
    public void run(int partition, long offset, int attempt) throws InterruptedException {
        switch (kind) {
            case NONE -> {}
            case SLEEP -> TimeUnit.MICROSECONDS.sleep(micros);
            case TAIL -> TimeUnit.MICROSECONDS.sleep(offset % TAIL_OF == 0 ? micros * TAIL_TIMES : micros);
            case SPIN -> spin();
            case FAIL -> {
                if (fails(offset, attempt)) {
                    throw new Failure();
                }
            }
            case STUCK -> {
                if (partition == 0 && offset == 0) {
                    NEVER.await();
                }
            }
            case HOLD -> NEVER.await();
        }
    }

    /** Whether this attempt is one that fails. */
    boolean fails(long offset, int attempt) {
        return kind == Kind.FAIL && attempt == 1 && offset % FAILING_OF == 0;
    }

    private void spin() {
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    String text() {
        return kind.name().toLowerCase(Locale.ROOT) + "-" + micros;
    }

    static Work parse(String text) {
        int dash = text.indexOf('-');
        return new Work(
                Kind.valueOf(text.substring(0, dash).toUpperCase(Locale.ROOT)),
                Long.parseLong(text.substring(dash + 1)));
    }

    /** Without a stack trace: what is compared is who retries, not who walks stacks. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure() {
            super("to be tried again", null, false, false);
        }
    }
}
