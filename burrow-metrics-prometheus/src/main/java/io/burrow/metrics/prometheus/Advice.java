package io.burrow.metrics.prometheus;

import io.burrow.api.BlockedReason;

/** What to do about a partition that does not move, in a few plain sentences. */
final class Advice {
    /** The older dumps leave out virtual threads, on which handlers run where there are any. */
    private static final String DUMP = "Take a thread dump: jcmd PID Thread.dump_to_file -format=json FILE"
            + " (before Java 21: jcmd PID Thread.print).";

    private Advice() {}

    static String on(BlockedReason reason) {
        return switch (reason) {
            case NONE -> "";
            case HALTED ->
                "The Burrow has stopped. Mend the cause told above, then restart the process: nothing unfinished was"
                        + " committed.";
            case FROZEN ->
                "Too many records in a row were exhausted. Find what fails them all, mend it, then call resume(): it"
                        + " goes on where it stands.";
            case REVOKED ->
                "Nothing: it goes to another member once its running handlers end. If that takes long, look at what"
                        + " those handlers wait for.";
            case DRAINING -> "Nothing: it is being drained or closed.";
            case BREAKER_OPEN ->
                "Find what fails the handlers, most often something they call. Probes are let through by themselves;"
                        + " it goes on once they succeed.";
            case PAUSED_BY_USER ->
                "Somebody paused it. Call resume() for all, or resume(partition), when it may go on.";
            case SPAN_FULL ->
                "The record at the commit point holds up all others. Look below for what it waits for; if it is being"
                        + " handled, look at what its handler waits for.";
            case PARTITION_RECORDS_FULL, PARTITION_BYTES_FULL ->
                "It holds as much as one partition may. If many records wait for a retry or are parked, mend what"
                        + " fails them; else the handlers are slower than what comes in.";
            case RECORDS_FULL, BYTES_FULL ->
                "All partitions together hold as much as they may. If few records finish, look at what the handlers"
                        + " wait for; else there is simply more to do than is done at once.";
            case HELD_BY_STUCK ->
                "A handler has worked for too long on its oldest record, or on what that waits for. " + DUMP
                        + " See what it waits for, and give that a time limit.";
            case HELD_BY_FORMER ->
                "Handlers of a former assignment still run for the same keys. It goes on when they end. If they do not: "
                        + DUMP;
            case HELD_BY_PARKED ->
                "All that is left is exhausted and parked. Mend the cause, then call retryParked(partition, offset), or"
                        + " deadLetterParked(partition, offset) to set the record aside.";
            case HELD_BY_RETRY ->
                "All that is left failed and is tried again by itself at the time told. If it goes on failing, mend"
                        + " what its error class names.";
            case WAITING_FOR_DATA -> "Nothing: all that came is done.";
            case WAITING_UNTIL_DUE -> "Nothing: what comes next is not due yet.";
        };
    }
}
