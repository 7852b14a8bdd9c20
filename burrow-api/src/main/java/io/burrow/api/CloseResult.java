package io.burrow.api;

import java.util.List;

/**
 * How a close went.
 *
 * @param clean whether all running handlers ended and the last commit succeeded in time
 * @param unfinishedRecords how many records were fetched but not finished; they are delivered again
 * @param threadsInUserCode the names of daemon threads that were still inside a handler
 */
public record CloseResult(boolean clean, long unfinishedRecords, List<String> threadsInUserCode) {
    /**
     * Makes a result; the list is copied.
     *
     * @param clean whether all running handlers ended and the last commit succeeded in time
     * @param unfinishedRecords how many records were fetched but not finished; they are delivered again
     * @param threadsInUserCode the names of daemon threads that were still inside a handler
     */
    public CloseResult {
        threadsInUserCode = List.copyOf(threadsInUserCode);
    }
}
