package io.burrow.core.schedule;

/**
 * What a worker takes from the ready queue: an {@link Entry} to run, whose lane (if it has one) the worker owns then;
 * or a slot of a {@link Lane}, to be claimed; or several {@link Slots} of one.
 */
public abstract sealed class Unit permits Entry, Lane, Slots {
    /** For the three kinds. */
    Unit() {}
}
