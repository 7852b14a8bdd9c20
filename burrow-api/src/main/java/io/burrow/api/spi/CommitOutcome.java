package io.burrow.api.spi;

/** What a commit came to for one partition. */
public enum CommitOutcome {
    /** It is stored. */
    COMMITTED,
    /** Not stored, or not known whether: the same or a higher point may be committed again. */
    RETRY,
    /** This member does not own the partition any more: the point is to be forgotten. */
    NOT_OWNED,
    /** It was refused and would be refused again (rights, size); other partitions are not affected. */
    REJECTED,
    /** No commit of this member can succeed any more. */
    FATAL
}
