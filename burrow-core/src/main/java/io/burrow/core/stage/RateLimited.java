package io.burrow.core.stage;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.core.host.StageHost;
import io.burrow.core.protect.Budget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Starts so many attempts in a time. Those that have to wait stand in a row, without a thread and without a permit:
 * permits are given at the moment of the start, so that an attempt that is ended while it waits takes none with it.
 * (With permits given in advance, attempts that a time limit ends would push all that follow ever further away.) Any
 * thread.
 */
final class RateLimited<K, V> implements AsyncMessageHandler<K, V> {
    private final StageHost host;
    private final AsyncMessageHandler<K, V> next;
    private final Budget budget = new Budget();

    private final Deque<Waiter<K, V>> row = new ArrayDeque<>(); // guarded by this
    private boolean timed; // likewise
    private volatile boolean waited; // written under the lock

    RateLimited(StageHost host, AsyncMessageHandler<K, V> next, int permits, long perNanos) {
        this.host = host;
        this.next = next;
        // rounded up, so that it is never more than the permits
        long nanosEach = Math.max(1, (perNanos + permits - 1) / permits);
        budget.configure(1, nanosEach, Math.max(1, permits / 10));
    }

    @Override
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        if (!waited && budget.tryTake(host.time().nanos())) {
            return next.handle(message);
        }
        Waiter<K, V> waiter = new Waiter<>(message);
        List<Waiter<K, V>> ended = new ArrayList<>();
        synchronized (this) {
            takeEnded(ended);
            row.add(waiter);
            waited = true;
            setTimer();
        }
        start(ended);
        return waiter.outcome();
    }

    /** A permit is due. Timer thread. */
    private void due() {
        List<Waiter<K, V>> taken = new ArrayList<>();
        synchronized (this) {
            timed = false;
            takeEnded(taken);
            while (!row.isEmpty() && budget.tryTake(host.time().nanos())) {
                taken.add(row.remove());
                takeEnded(taken);
            }
            waited = !row.isEmpty();
            if (waited) {
                setTimer();
            }
        }
        start(taken);
    }

    /** Takes those from the head of the row that nobody waits for: without a permit. Lock held. */
    private void takeEnded(List<Waiter<K, V>> ended) {
        for (Waiter<K, V> head = row.peek(); head != null && !head.isWanted(); head = row.peek()) {
            ended.add(row.remove());
        }
    }

    private void start(List<Waiter<K, V>> waiters) {
        waiters.forEach(waiter -> waiter.start(host, next)); // one that nobody waits for ends there
    }

    /** Lock held. */
    private void setTimer() {
        if (!timed) {
            timed = true;
            host.time().schedule(budget.nanosUntilNext(host.time().nanos()), this::due);
        }
    }
}
