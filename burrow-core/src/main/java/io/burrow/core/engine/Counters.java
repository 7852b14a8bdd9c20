package io.burrow.core.engine;

import java.util.concurrent.atomic.LongAdder;

/**
 * Totals since the start. Any thread. What happens to every record is not here: it is counted in the ledgers, where it
 * costs nothing.
 */
final class Counters {
    final LongAdder failed = new LongAdder();
    final LongAdder retried = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder deadLettered = new LongAdder();
    final LongAdder deadLetterFailures = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final LongAdder commits = new LongAdder();
    final LongAdder commitFailures = new LongAdder();
    final LongAdder rebalances = new LongAdder();
    final LongAdder positionResets = new LongAdder();

    /** Records finished in ledgers that are gone. Loop thread. */
    long finishedBefore;
}
