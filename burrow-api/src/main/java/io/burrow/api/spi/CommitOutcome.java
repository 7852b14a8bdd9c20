package io.burrow.api.spi;

/** What a commit came to for one partition. */
public enum CommitOutcome {
    /** It is stored; it is committed again only so that it does not expire. */
    COMMITTED,
    /** Not stored, or not known whether: the same or a higher point may be committed again. */
    RETRY,
    /** This member does not own the partition any more: the point is to be forgotten. */
    NOT_OWNED,
    /**
     * It was refused and would be refused again (rights, size); other partitions are not affected. The engine tries
     * again with half of the text at once, and without any text at the commit interval.
     */
    REJECTED,
    /** No commit of this member can succeed any more: the engine halts. */
    FATAL
}
