package io.burrow.it.chaos.member;

import org.jspecify.annotations.Nullable;

/**
 * Measures how far apart the beginnings of polls are, and tells whose time that was. A poll is given a time; what the
 * client takes in it beyond that is the client's own, callbacks not counted, since these are its user's. Everything
 * else is its user's: what is done between polls, other calls of the client too. One thread.
 */
final class PollTimes {

    private final long mostNanos;
    private boolean polled;
    private long begunNanos;
    private long givenNanos;
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
     * @param now nanoseconds in which this process ran, from any origin
     * @param given how long the poll may take
     * @return what is to be told of the time since the one before; null if it was in time or there was none
     */
    @Nullable
    Late begin(long now, long given) {
        Late late = polled ? late(now - begunNanos) : null;
        polled = true;
        begunNanos = now;
        givenNanos = given;
        callbackNanos = 0;
        clientNanos = 0;
        return late;
    }

    /** Within a poll the user was called back, for so long. */
    void calledBack(long nanos) {
        callbackNanos += nanos;
    }

    /** The poll is over, by a return or a throw. */
    void end(long now) {
        clientNanos = Math.max(0, now - begunNanos - callbackNanos - givenNanos);
    }

    private @Nullable Late late(long gap) {
        long users = gap - clientNanos;
        if (users > mostNanos) {
            return new Late(false, users);
        }
        return gap > mostNanos ? new Late(true, gap) : null;
    }
}
