package io.burrow.core.schedule;

import org.jspecify.annotations.Nullable;

/**
 * Who takes from the ready queue again and again, and keeps an entry for the next time that nobody else knows any more.
 * One thread.
 */
public interface Taker {
    /**
     * Gives away the entry that was kept.
     *
     * @return the entry, or null if none was
     */
    @Nullable
    Entry takeSpare();

    /**
     * Keeps an entry.
     *
     * @param entry the entry; nobody else uses it
     */
    void keepSpare(Entry entry);
}
