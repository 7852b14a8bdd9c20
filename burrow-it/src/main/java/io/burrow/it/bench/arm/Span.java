package io.burrow.it.bench.arm;

/**
 * Which part of a run counts. It begins when {@code warmRecords} are done or {@code warmMillis} have passed since the
 * first, whichever is sooner, and ends when {@code lastRecords} are done or after {@code millis}.
 *
 * @param warmRecords records before it, at most
 * @param lastRecords where it ends at the latest
 * @param warmMillis time before it, at most
 * @param millis its length, at most
 */
public record Span(long warmRecords, long lastRecords, long warmMillis, long millis) {

    /**
     * For a topic of this many records. The last few are left out: with them, workers run dry one by one.
     *
     * @param records how many there are
     * @return the part in the middle, after 5 s at most and for 8 s at most
     */
    public static Span of(long records) {
        return new Span(records * 2 / 5, records - records / 50, 5_000, 8_000);
    }

    /**
     * For records that are written at a fixed rate meanwhile: long enough before it to catch up with those that were
     * written while the consumer was starting.
     *
     * @return 15 s after the first 15 s
     */
    public static Span paced() {
        return new Span(Long.MAX_VALUE, Long.MAX_VALUE, 15_000, 15_000);
    }

    boolean isWarm(long records, long nanos) {
        return records >= warmRecords || nanos >= warmMillis * 1_000_000;
    }

    boolean isOver(long records, long nanos) {
        return records >= lastRecords || nanos >= millis * 1_000_000;
    }
}
