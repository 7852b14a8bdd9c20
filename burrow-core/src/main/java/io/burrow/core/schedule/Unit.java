package io.burrow.core.schedule;

/**
 * What a worker takes from the ready queue: an {@link Entry} that nobody waits for, or a {@link Lane} with its next
 * entry.
 */
public abstract sealed class Unit permits Entry, Lane {}
