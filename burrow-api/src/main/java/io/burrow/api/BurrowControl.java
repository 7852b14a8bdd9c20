package io.burrow.api;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Watches and steers a Burrow. What adapters (metrics, health pages) and operators use; it says nothing of the
 * transport. Every method may be called from any thread, also from a handler unless it says otherwise.
 */
public interface BurrowControl {
    /**
     * The name it was given.
     *
     * @return {@link BurrowConfig#name()}
     */
    default String name() {
        return config().name();
    }

    /**
     * Where it is in its life.
     *
     * @return the state
     */
    BurrowState state();

    /**
     * The settings in force.
     *
     * @return the settings
     */
    BurrowConfig config();

    /**
     * Counts what was done and what is held, at about one moment. Costs time in proportion to the number of partitions;
     * not meant for every record.
     *
     * @return a snapshot
     * @throws BurrowException if the loop, which owns the counts, does not answer ({@link ErrorCode#LOOP_BLOCKED})
     */
    Stats stats();

    /**
     * Says whether it is alive, makes progress, and if not, why: for the whole and for each partition. Always answers:
     * where user code keeps the loop, it says so after a few seconds, of the whole alone, and names that code.
     *
     * @return a snapshot
     */
    Health health();

    /**
     * Looks closely, for a person who wants to see what holds a partition up: the counts, the gaps, and the records
     * that wait, all at the same moment. Costs time in proportion to what is held, so it is for a few times a second at
     * most.
     *
     * @return a snapshot; without gaps and waiting records where an implementation does not know them
     * @throws BurrowException if the loop does not answer ({@link ErrorCode#LOOP_BLOCKED})
     */
    default Inspection inspect() {
        return new Inspection(stats(), List.of(), List.of());
    }

    /**
     * The records that failed and are kept unfinished, oldest first in each partition.
     *
     * @return a snapshot
     * @throws BurrowException if the loop does not answer ({@link ErrorCode#LOOP_BLOCKED})
     */
    List<ParkedRecord> parked();

    /**
     * Lets a parked record be tried again at once, with its attempts counted on. Must not be called by a handler.
     *
     * @param partition its partition
     * @param offset its offset
     * @return whether such a record was parked
     * @throws BurrowException if the loop does not answer ({@link ErrorCode#LOOP_BLOCKED}); it may still be done
     */
    boolean retryParked(TopicPartition partition, long offset);

    /**
     * Sends a parked record to the dead-letter sink; it is finished when the sink has acknowledged it. Must not be
     * called by a handler.
     *
     * @param partition its partition
     * @param offset its offset
     * @return whether such a record was parked
     * @throws BurrowException if there is no sink ({@link ErrorCode#DEAD_LETTER_SINK_MISSING}), or the loop does not
     *     answer ({@link ErrorCode#LOOP_BLOCKED}); then it may still be done
     */
    boolean deadLetterParked(TopicPartition partition, long offset);

    /**
     * Stops fetching all partitions, those assigned later included. What is buffered is still handled, and commits go
     * on.
     */
    void pause();

    /**
     * Goes on fetching after {@link #pause()}, a freeze or a {@link #drain}. Partitions paused one by one stay paused.
     */
    void resume();

    /**
     * Stops fetching one partition. Forgotten when the partition is taken away. Does nothing if it is not assigned.
     *
     * @param partition the partition
     */
    void pause(TopicPartition partition);

    /**
     * Goes on fetching one partition. Does nothing if it is not assigned or not paused.
     *
     * @param partition the partition
     */
    void resume(TopicPartition partition);

    /**
     * Changes settings while running. They apply from the loop's next turn.
     *
     * @param change makes the new settings out of a builder that holds the present ones
     * @return the new settings
     * @throws ConfigException if a setting breaks its rule or cannot change while running; then nothing changes
     */
    BurrowConfig reconfigure(UnaryOperator<BurrowConfig.Builder> change);

    /**
     * Changes how many records may be handled at once: the same as {@link #reconfigure} with that one setting.
     *
     * @param concurrency how many, by the rule of {@link BurrowConfig#concurrency()}
     * @return the new settings
     * @throws ConfigException if the number breaks its rule
     */
    default BurrowConfig setConcurrency(int concurrency) {
        return reconfigure(config -> config.concurrency(concurrency));
    }

    /**
     * Stops fetching, finishes all that is buffered, and commits. Records that wait for a retry or are parked stay
     * unfinished. Fetching stays stopped until {@link #resume()}. Must not be called by a handler, which would wait for
     * itself.
     *
     * @param timeout how long to wait, not negative
     * @return whether everything was finished and committed in time
     * @throws InterruptedException if the calling thread is interrupted while it waits
     */
    boolean drain(Duration timeout) throws InterruptedException;
}
