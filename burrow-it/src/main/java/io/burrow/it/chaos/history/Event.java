package io.burrow.it.chaos.history;

import java.util.List;

/**
 * Something that happened in a member of the group. Times are microseconds of the wall clock, which all processes of a
 * machine share.
 */
public sealed interface Event {

    /**
     * When it was written down: before its effect.
     *
     * @return microseconds since 1970
     */
    long micros();

    /** A Burrow was built; of those before it in the same history nothing lives any more. */
    record Built(long micros) implements Event {}

    /** The client began to hand a partition over; where it begins was not looked up yet. */
    record Assigning(long micros, int partition) implements Event {}

    /** Burrow told of a partition. */
    record Assigned(long micros, int partition) implements Event {}

    /** Burrow gave a partition back, after its last commit. */
    record Revoked(long micros, int partition) implements Event {}

    /** A partition was lost. */
    record Lost(long micros, int partition) implements Event {}

    /** The position of a partition was moved. */
    record Reset(long micros, int partition, long from, long to) implements Event {}

    /** A handler was given a record. */
    record Started(long micros, int partition, long offset, int attempt, String key) implements Event {}

    /** A handler is about to return. */
    record Ended(long micros, int partition, long offset) implements Event {}

    /** A handler is about to throw. */
    record Failed(long micros, int partition, long offset) implements Event {}

    /** The dead-letter topic acknowledged a record; Burrow does not know yet. */
    record DeadLettered(long micros, int partition, long offset) implements Event {}

    /** A commit was answered: it is stored. */
    record Committed(long micros, int partition, long offset) implements Event {}

    /**
     * A commit was sent, if it was, and failed or got no answer in time: whether it is or will be stored is not known.
     */
    record Unanswered(long micros, int partition, long offset) implements Event {}

    /**
     * Two polls were further apart than half of the poll interval, less the time in which this process did not run, and
     * less what the client took in the first beyond the time that it was given.
     */
    record PollGap(long micros, long millis) implements Event {}

    /** Two polls were as far apart only because the client took longer in the first than it was given. */
    record LatePoll(long micros, long millis) implements Event {}

    /** Burrow gave up by itself. */
    record GaveUp(long micros, String code) implements Event {}

    /**
     * Burrow was closed.
     *
     * @param micros when
     * @param clean what it says of itself
     * @param late whether it took longer than its bound
     * @param threads threads that it left behind and did not name
     */
    record Closed(long micros, boolean clean, boolean late, List<String> threads) implements Event {
        /** Copies the list. */
        public Closed {
            threads = List.copyOf(threads);
        }
    }
}
