package io.burrow.core.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The gap rule as one would write it down: the oracle of the fast ledger. */
public final class SlowLedger {
    private final List<Long> delivered = new ArrayList<>();
    private final Set<Long> finished = new HashSet<>();
    private long endPosition;

    public SlowLedger(long start) {
        endPosition = start;
    }

    public void track(long offset) {
        delivered.add(offset);
        endPosition = Math.max(endPosition, offset + 1);
    }

    public void endPosition(long position) {
        endPosition = Math.max(endPosition, position);
    }

    public void complete(int index) {
        finished.add(delivered.get(index));
    }

    /** The lowest delivered offset that is not finished; the end position if there is none. */
    public long commitPoint() {
        return delivered.stream()
                .filter(offset -> !finished.contains(offset))
                .mapToLong(Long::longValue)
                .min()
                .orElse(endPosition);
    }

    public long unfinished() {
        return delivered.size() - finished.size();
    }
}
