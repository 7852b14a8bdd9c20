package io.burrow.core.engine;

/**
 * What all partitions together may hold of one thing, records or bytes, and how much of it each may take. Loop thread.
 *
 * <p>A part is kept back and divided among the partitions: what a partition holds less than its share of that is owed
 * to it, and no other can take it. So one that fills all it may, for however long, leaves room for those that have
 * little; and one that is busy alone still has most of the whole.
 *
 * <pre>
 *   bound  |#### held ####|      free      |== owed to p1 ==|= p2 =|
 *                         room of p0       ^
 *                         room of p1                        ^
 * </pre>
 *
 * <p>What is full goes on at a low mark, so that it does not stop and go with every record. What waits (for a retry,
 * for a call, for a handler of a former assignment) may stay for ever, so the mark is taken of the part that moves: or
 * records that are parked would stop everything when they fill half of the bound.
 */
final class Quota {
    private long bound;
    private int lowPercent;
    private long share;
    private long held;
    private long waiting;
    private long owed;

    /** Begins to count anew. */
    void begin(long newBound, long keptBack, int partitions, int newLowPercent) {
        bound = newBound;
        lowPercent = newLowPercent;
        share = partitions < 2 ? 0 : Math.max(0, keptBack) / partitions;
        held = 0;
        waiting = 0;
        owed = 0;
    }

    /** Counts what a partition holds, or more, and how much of it waits. Returns what is owed to it. */
    long add(long holding, long waitingOfIt) {
        long rest = Math.max(0, share - holding);
        held += holding;
        waiting += waitingOfIt;
        owed += rest;
        return rest;
    }

    /** Counts what is held for a partition that is not assigned any more. */
    void addFormer(long holding) {
        held += holding;
        waiting += holding;
    }

    /** How much more a partition may take to which so much is owed; zero or less for nothing. */
    long room(long owedToIt) {
        long free = bound - held;
        return Math.max(free - (owed - owedToIt), Math.min(free, owedToIt));
    }

    /** Counts what a partition takes. Returns what is owed to it afterwards. */
    long take(long amount, long owedToIt) {
        long rest = Math.max(0, owedToIt - amount);
        held += amount;
        owed -= owedToIt - rest;
        return rest;
    }

    /** Whether a partition may take nothing more; if that was so before, until the low mark of its part is reached. */
    boolean isFull(long owedToIt, boolean wasFull, long waitingOfIt) {
        if (room(owedToIt) <= 0) {
            return true;
        }
        return wasFull && held >= Math.max(1, lowMark(owedToIt)) && share - owedToIt >= lowShare(waitingOfIt);
    }

    /** How much has to go until a partition that is full can go on, if it all goes from others. */
    long untilLow(long owedToIt) {
        return held - Math.max(1, lowMark(owedToIt)) + 1;
    }

    /** What a partition must hold less than to go on, whatever the others hold. */
    long lowShare(long waitingOfIt) {
        return share == 0 ? 0 : Math.max(1, lowMark(share, waitingOfIt, lowPercent));
    }

    /** How much is held. */
    long held() {
        return held;
    }

    private long lowMark(long owedToIt) {
        return lowMark(bound - (owed - owedToIt), waiting, lowPercent);
    }

    /** The low mark of a bound where so much waits: a share, in per cent, of the rest. */
    static long lowMark(long bound, long waiting, int percent) {
        long fixed = Math.max(0, Math.min(waiting, bound));
        long rest = bound - fixed;
        long share = rest / 100 * percent + rest % 100 * percent / 100;
        return fixed + (waiting > 0 && rest > 0 ? Math.max(1, share) : share); // or what waits would stop it for good
    }
}
