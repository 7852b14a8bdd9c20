package io.burrow.core.testing;

/** Where reading begins when nothing is committed, or when what is to be read is not there any more. */
public enum ResetPolicy {
    /** At the first offset that is kept. */
    EARLIEST,
    /** At the end. */
    LATEST,
    /** Nowhere: the poll fails. */
    NONE
}
