package io.burrow.it.chaos;

import io.burrow.it.chaos.check.Violation;
import io.burrow.it.chaos.check.Violation.Kind;
import io.burrow.it.chaos.member.RebalanceMode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of a phase.
 *
 * @param brokers how many there were
 * @param mode how the group shared partitions out
 * @param faults how often each kind was done
 * @param memberChanges how many members joined or left in the storms of joins and leaves
 * @param records how many records the group was given
 * @param redelivered how many of them came to a handler more than once, retries not counted
 * @param deadLettered how many dead letters were acknowledged
 * @param abortedTransactions how many transactions were aborted on purpose
 * @param commits how many commits the brokers took
 * @param lateCommits how many of them were obeyed after one that was sent later, by a connection that was given up
 * @param undoneRecords how many records of transactions that the brokers had committed they aborted all the same
 * @param latePolls how many polls the client held for so long that the next one came too late
 * @param snapshotOffsets how many offsets the largest snapshot of them named
 * @param gaveUp how many Burrows gave up by themselves, by the code of their error
 * @param slowestHealingMillis how long it took at most until all was handled and committed after a round had healed
 * @param violations what must not be
 */
public record PhaseReport(
        int brokers,
        RebalanceMode mode,
        Map<FaultKind, Integer> faults,
        long memberChanges,
        long records,
        long redelivered,
        long deadLettered,
        long abortedTransactions,
        long commits,
        long lateCommits,
        long undoneRecords,
        long latePolls,
        long snapshotOffsets,
        Map<String, Integer> gaveUp,
        long slowestHealingMillis,
        List<Violation> violations) {

    /** Copies maps and the list. */
    public PhaseReport {
        faults = Map.copyOf(faults);
        gaveUp = Map.copyOf(gaveUp);
        violations = List.copyOf(violations);
    }

    /**
     * How many faults were done.
     *
     * @return a number of faults
     */
    public long faultCount() {
        return faults.values().stream().mapToLong(Integer::longValue).sum();
    }

    /**
     * Records that were lost, or passed by a commit or named by a snapshot too early.
     *
     * @return a number of records
     */
    public long lost() {
        return count(Set.of(Kind.LOST, Kind.PASSED, Kind.NAMED));
    }

    /**
     * Committed offsets that went down.
     *
     * @return a number of commits
     */
    public long regressions() {
        return count(Set.of(Kind.REGRESSION));
    }

    /**
     * Handlers of a key that overlapped or started out of order.
     *
     * @return a number of handler starts
     */
    public long orderViolations() {
        return count(Set.of(Kind.ORDER, Kind.OVERLAP));
    }

    /**
     * Times at which not all was handled and committed within the bound after everything had healed.
     *
     * @return a number of rounds
     */
    public long stalls() {
        return count(Set.of(Kind.STALL));
    }

    /**
     * Everything else that must not be: I3, I11, I12, I13, and evidence that contradicts itself.
     *
     * @return a number of violations
     */
    public long otherViolations() {
        return violations.size() - lost() - regressions() - orderViolations() - stalls();
    }

    private long count(Set<Kind> kinds) {
        return violations.stream().filter(each -> kinds.contains(each.kind())).count();
    }
}
