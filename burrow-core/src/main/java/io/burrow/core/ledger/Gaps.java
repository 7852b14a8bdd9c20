package io.burrow.core.ledger;

/**
 * The gap rule, as pure arithmetic on words of 64 slots: no clock, no lock, no memory but its arguments. A set bit is a
 * finished record. Slot {@code s} is bit {@code s & 63} of its word.
 */
final class Gaps {
    private Gaps() {}

    /**
     * Counts how many slots from one on are finished without a gap, within one word.
     *
     * @param word the word
     * @param from the first slot's bit, 0 to 63
     * @param limit how many slots to look at, 0 to {@code 64 - from}
     * @return 0 to {@code limit}
     */
    static int finishedRun(long word, int from, int limit) {
        return Math.min(limit, Long.numberOfTrailingZeros(~(word >>> from)));
    }

    /**
     * Counts the finished slots of a part of a word.
     *
     * @param word the word
     * @param from the first slot's bit, 0 to 63
     * @param limit how many slots to look at, 0 to {@code 64 - from}
     * @return 0 to {@code limit}
     */
    static int finishedCount(long word, int from, int limit) {
        return limit == 0 ? 0 : Long.bitCount(word >>> from & -1L >>> Long.SIZE - limit);
    }
}
