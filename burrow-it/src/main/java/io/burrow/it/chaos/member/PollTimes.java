package io.burrow.it.chaos.member;

import org.jspecify.annotations.Nullable;

/**
 * Measures how far apart the beginnings of polls are, and tells whose time that was. A poll is given a time; what the
 * client takes in it beyond that is the client's own, callbacks not counted, since these are its user's. Everything
 * else is its user's: what is done between polls, other calls of the client too. One thread. Times are nanoseconds in
 * which this process ran, from any origin.
 */
final class PollTimes {

    private final long mostNanos;
    private boolean polled;
    private long begunNanos;
    private long enteredNanos;
    private long givenNanos;
    private int depth;
    private long calledNanos;
    private long callbackNanos;
    private long clientNanos;

    /**
     * Begins to measure.
     *
     * @param mostNanos how far apart the beginnings of two polls may be
     */
    PollTimes(long mostNanos) {
        this.mostNanos = mostNanos;
    }

    /** Polls began too far apart. */
    record Late(boolean byClient, long nanos) {}

    /**
     * A poll begins.
     *
     * @return what is to be told of the time since the one before; null if it was in time or there was none
     */
    @Nullable
    Late begin(long now) {
        Late late = polled ? late(now - begunNanos) : null;
        polled = true;
        begunNanos = now;
        callbackNanos = 0;
        clientNanos = 0;
        return late;
    }

    /** The client is called for the poll that began, and given so long. */
    void enter(long now, long given) {
        enteredNanos = now;
        givenNanos = given;
    }

    /** The client calls its user back: within a poll or not, and perhaps within another such call. */
    void callBack(long now) {
        if (depth++ == 0) {
            calledNanos = now;
        }
    }

    /** The user returns, or throws. */
    void calledBack(long now) {
        if (--depth == 0) {
            callbackNanos += Math.max(0, now - calledNanos);
        }
    }

    /** The client has returned from the poll, or thrown. */
    void leave(long now) {
        clientNanos = Math.max(0, now - enteredNanos - callbackNanos - givenNanos);
    }

    private @Nullable Late late(long gap) {
        long users = gap - clientNanos;
        if (users > mostNanos) {
            return new Late(false, users);
        }
        return gap > mostNanos ? new Late(true, gap) : null;
    }
}
