package io.burrow.kafka;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where logs end, by what the client learnt with its fetches: its lag and the offset it is at. Under the new protocol
 * each question goes to the client's own thread and back, so a partition is asked about at most once in a second, and
 * of a second no more than a twentieth is spent with it: who has thousands of partitions learns of some a second later.
 * Loop thread only.
 */
final class LogEnds {
    private static final Logger log = LoggerFactory.getLogger(LogEnds.class);
    private static final long ASK_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long MOST_NANOS = ASK_INTERVAL_NANOS / 20;

    private final Consumer<?, ?> consumer;
    private final Wakeups wakeups;
    private final LongSupplier nanoClock;
    private long secondBeganNanos;
    private long spentNanos;
    /** Goes up with a second in which all were asked who had to be. */
    private long round = 1;
    /** Whether somebody has to wait for the next second. */
    private boolean left;

    LogEnds(Consumer<?, ?> consumer, Wakeups wakeups, LongSupplier nanoClock) {
        this.consumer = consumer;
        this.wakeups = wakeups;
        this.nanoClock = nanoClock;
        this.secondBeganNanos = nanoClock.getAsLong();
    }

    /** The offset behind the last record, or -1 if it is not known. */
    long of(HeldPartition partition) {
        long now = nanoClock.getAsLong();
        if (now - secondBeganNanos >= ASK_INTERVAL_NANOS) {
            secondBeganNanos = now;
            spentNanos = 0;
            round += left ? 0 : 1;
            left = false;
        }
        if (partition.announced && partition.endRound != round) {
            if (spentNanos < MOST_NANOS) {
                partition.endRound = round;
                ask(partition);
                spentNanos += nanoClock.getAsLong() - now;
            } else {
                left = true;
            }
        }
        return partition.endOffset;
    }

    private void ask(HeldPartition partition) {
        try {
            Deadline once = Deadline.in(Duration.ZERO, nanoClock);
            OptionalLong lag = wakeups.shielded(once, () -> consumer.currentLag(partition.key));
            if (lag.isPresent()) {
                DueTimes.Waiting waiting = partition.waiting;
                long position = waiting == null ? partition.next : waiting.end();
                partition.endOffset = position + lag.getAsLong();
            }
        } catch (RuntimeException e) { // asked again
            log.debug(
                    "The end of {} is not known now: {}",
                    partition,
                    e.getClass().getName());
        }
    }
}
