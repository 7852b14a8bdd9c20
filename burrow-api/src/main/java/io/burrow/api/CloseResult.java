package io.burrow.api;

import java.util.List;

/**
 * How a close went.
 *
 * @param clean whether all running handlers ended and the last commit succeeded in time
 * @param unfinishedRecords how many records were fetched but not finished; they are delivered again. -1 if that is not
 *     known, because the loop did not come out of user code
 * @param threadsInUserCode the names of threads that were still inside user code: daemon threads inside a handler, or
 *     the loop, which is none
 */
public record CloseResult(boolean clean, long unfinishedRecords, List<String> threadsInUserCode) {
    /**
     * Makes a result; the list is copied.
     *
     * @param clean whether all running handlers ended and the last commit succeeded in time
     * @param unfinishedRecords how many records were fetched but not finished; they are delivered again. -1 if that is
     *     not known, because the loop did not come out of user code
     * @param threadsInUserCode the names of threads that were still inside user code: daemon threads inside a handler,
     *     or the loop, which is none
     */
    public CloseResult {
        threadsInUserCode = List.copyOf(threadsInUserCode);
    }
}
