package io.burrow.it.bench;

/**
 * What the benchmarks of the ledger said. NaN where they were not run.
 *
 * @param nanosPerRecord to track, complete and advance, one loop and one worker
 * @param bytesPerRecord allocated in that
 * @param commitMillis commit point and snapshot over a span of a million records
 */
public record LedgerFigures(double nanosPerRecord, double bytesPerRecord, double commitMillis) {

    /** Nothing was run. */
    public static final LedgerFigures NONE = new LedgerFigures(Double.NaN, Double.NaN, Double.NaN);
}
