package io.burrow.api;

/**
 * Whether a partition moves and if not, why.
 *
 * @param partition the partition
 * @param reason why it does not move, {@link BlockedReason#NONE} if it does
 * @param detail the same in words, with offset and age; never contents of a record
 */
public record PartitionHealth(TopicPartition partition, BlockedReason reason, String detail) {}
