package io.burrow.it.chaos.member;

import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.HistoryWriter;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler that takes a few milliseconds, fails at random, always for a few records, and is slow when it is told to.
 * Which attempt fails depends on the seed and the record, not on who handles it.
 */
final class NotedHandler implements MessageHandler<String, String> {

    private static final int MOST_MILLIS = 10;
    private static final int FAILING_PERCENT = 5;
    /** One of so many records fails at each attempt, and ends as a dead letter. */
    private static final int HOPELESS = 150;

    private final HistoryWriter history;
    private final Slowness slowness;
    private final long seed;

    /** How slow the handlers of a process are for a while. Any thread. */
    static final class Slowness {
        private final AtomicInteger left = new AtomicInteger();
        private volatile int millis;

        void set(int slowMillis, int records) {
            millis = slowMillis;
            left.set(records);
        }

        int take() {
            return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0 ? millis : 0;
        }
    }

    NotedHandler(HistoryWriter history, Slowness slowness, long seed) {
        this.history = history;
        this.slowness = slowness;
        this.seed = seed;
    }

    @Override
    public void handle(Message<String, String> message) throws InterruptedException {
        int partition = message.partition();
        long offset = message.offset();
        history.write(new Event.Started(
                HistoryWriter.now(), partition, offset, message.attempt(), String.valueOf(message.key())));
        SplittableRandom random = new SplittableRandom(seed ^ (long) partition << 48 ^ offset << 8 ^ message.attempt());
        try {
            int slow = slowness.take();
            TimeUnit.MILLISECONDS.sleep(slow > 0 ? slow : random.nextInt(MOST_MILLIS));
        } catch (InterruptedException interrupt) {
            history.write(new Event.Failed(HistoryWriter.now(), partition, offset));
            throw interrupt;
        }
        if (offset % HOPELESS == HOPELESS - 1 || random.nextInt(100) < FAILING_PERCENT) {
            history.write(new Event.Failed(HistoryWriter.now(), partition, offset));
            throw new IllegalStateException("meant to fail");
        }
        history.write(new Event.Ended(HistoryWriter.now(), partition, offset));
    }
}
