package io.burrow.api;

import java.util.List;

/**
 * What a Burrow holds, closely looked at, at one moment. Bounded however much is held.
 *
 * @param stats the counts
 * @param gaps what lies at and above the commit point of each assigned partition that has something there, in order of
 *     the partitions
 * @param waiting the records that cannot go on by themselves, in order of their positions; of each partition at most
 *     the {@value #MOST_WAITING} with the lowest offsets
 */
public record Inspection(Stats stats, List<Gap> gaps, List<WaitingRecord> waiting) {
    /** Into how many parts a gap is divided at most. */
    public static final int MOST_PARTS = 200;

    /** How many waiting records of one partition are told at most. */
    public static final int MOST_WAITING = 20;

    /**
     * Makes a snapshot; the lists are copied.
     *
     * @param stats the counts
     * @param gaps what lies at and above the commit point of each assigned partition that has something there, in order
     *     of the partitions
     * @param waiting the records that cannot go on by themselves, in order of their positions; of each partition at
     *     most the {@value #MOST_WAITING} with the lowest offsets
     */
    public Inspection {
        gaps = List.copyOf(gaps);
        waiting = List.copyOf(waiting);
    }

    /**
     * What was delivered of a partition and lies at or above its commit point.
     *
     * @param partition the partition
     * @param parts all of it in order of offsets, in equal shares of the records; at least one and at most
     *     {@value #MOST_PARTS}. The first record of the first part is the one that holds the commit point, so it is not
     *     finished.
     */
    public record Gap(TopicPartition partition, List<Part> parts) {
        /**
         * Makes a snapshot; the list is copied.
         *
         * @param partition the partition
         * @param parts all of it in order of offsets, in equal shares of the records
         */
        public Gap {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A run of delivered records.
     *
     * @param firstOffset the offset of the first
     * @param records how many there are, at least one; offsets may have holes
     * @param finished how many of them are finished
     */
    public record Part(long firstOffset, int records, int finished) {}
}
