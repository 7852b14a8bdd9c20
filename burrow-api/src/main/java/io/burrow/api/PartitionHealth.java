package io.burrow.api;

/**
 * Whether a partition moves and if not, why.
 *
 * @param partition the partition
 * @param state how it is, in one word
 * @param reason why it does not move; {@link BlockedReason#NONE} exactly if the state is {@link State#MOVING}
 * @param detail the same in words, with offset and age; never contents of a record
 */
public record PartitionHealth(TopicPartition partition, State state, BlockedReason reason, String detail) {
    /** How a partition is, in one word. */
    public enum State {
        /** Records are fetched and handled. */
        MOVING,
        /** There is nothing to do. */
        IDLE,
        /** Somebody stopped it, for a while or for good: the user, a drain, a rebalance. */
        STOPPED,
        /** Something holds it up; the reason says what. */
        BLOCKED
    }

    /**
     * The state that goes with a reason.
     *
     * @param reason why a partition does not move
     * @return the state
     */
    public static State stateOf(BlockedReason reason) {
        return switch (reason) {
            case NONE -> State.MOVING;
            case WAITING_FOR_DATA, WAITING_UNTIL_DUE -> State.IDLE;
            case PAUSED_BY_USER, DRAINING, REVOKED -> State.STOPPED;
            default -> State.BLOCKED;
        };
    }
}
