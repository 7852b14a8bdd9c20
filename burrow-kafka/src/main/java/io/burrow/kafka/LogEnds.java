package io.burrow.kafka;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where logs end, by what the client learnt with its fetches: its lag and the offset it is at. Under the new protocol
 * each question goes to the client's own thread and back, so a partition is asked about at most once in a second. Loop
 * thread only.
 */
final class LogEnds {
    private static final Logger log = LoggerFactory.getLogger(LogEnds.class);
    private static final long ASK_INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Consumer<?, ?> consumer;
    private final Wakeups wakeups;
    private final LongSupplier nanoClock;

    LogEnds(Consumer<?, ?> consumer, Wakeups wakeups, LongSupplier nanoClock) {
        this.consumer = consumer;
        this.wakeups = wakeups;
        this.nanoClock = nanoClock;
    }

    /** The offset behind the last record, or -1 if it is not known. */
    long of(HeldPartition partition) {
        long now = nanoClock.getAsLong();
        if (!partition.announced || partition.endAsked && now - partition.endAskedNanos < ASK_INTERVAL_NANOS) {
            return partition.endOffset;
        }
        partition.endAsked = true;
        partition.endAskedNanos = now;
        try {
            Deadline once = Deadline.in(Duration.ZERO, nanoClock);
            OptionalLong lag = wakeups.shielded(once, () -> consumer.currentLag(partition.key));
            if (lag.isPresent()) {
                DueTimes.Waiting waiting = partition.waiting;
                long position = waiting == null ? partition.next : waiting.end();
                partition.endOffset = position + lag.getAsLong();
            }
        } catch (RuntimeException e) { // asked again
            log.debug("The end of {} is not known now: {}", partition, e.toString());
        }
        return partition.endOffset;
    }
}
