package io.burrow.core.testing;

/** How partitions of a group change hands. */
public enum RebalanceProtocol {
    /** At every change all members give up all partitions, and get theirs when the last has done so. */
    EAGER,
    /** Only what moves is given up; its new owner gets it once the old one has. */
    COOPERATIVE
}
