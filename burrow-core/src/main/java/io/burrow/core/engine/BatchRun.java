package io.burrow.core.engine;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.Message;
import io.burrow.api.Outcome;
import io.burrow.core.schedule.Lane;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One batch, from its first record to what came of each. One worker thread.
 *
 * <p>Every delivery in it is counted as pending in its assignment, so that a rebalance waits for it. Of a lane it holds
 * the current entry and perhaps those that are due after it; the lane stays this batch's until all of those have ended
 * or one of them failed.
 */
final class BatchRun<K, V> {
    private final Shared shared;
    private final Finisher finisher;
    private final Failures failures;
    private final int most;
    private final long started;

    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Message<K, V>> messages = new ArrayList<>();
    /** The attempt of each, at the same index. */
    private final List<Integer> attempts = new ArrayList<>();
    /** Of those that could not be decoded, at the same index; the others have a message. */
    private final List<@Nullable Throwable> undecodable = new ArrayList<>();
    /** The lanes in this batch, and the last of their entries that is. */
    private final Map<Lane, Delivery> tails = new IdentityHashMap<>();

    private final Map<Lane, Integer> taken = new IdentityHashMap<>();

    private final Gathering gathering = new Gathering();

    BatchRun(Shared shared, Finisher finisher, Failures failures) {
        this.shared = shared;
        this.finisher = finisher;
        this.failures = failures;
        this.most = shared.config.maxBatchRecords();
        this.started = shared.time.nanos();
    }

    boolean isEmpty() {
        return deliveries.isEmpty();
    }

    boolean isFull() {
        return deliveries.size() >= most;
    }

    long startedNanos() {
        return started;
    }

    /** Itself while it is put together, for who watches. */
    Gathering gathering() {
        return gathering;
    }

    List<Delivery> deliveries() {
        return deliveries;
    }

    List<Message<K, V>> messages() {
        return Collections.unmodifiableList(messages);
    }

    /**
     * Adds a delivery that is the caller's, with leave to start it, and what is due after it in its lane.
     *
     * @return whether others may follow
     */
    boolean add(Delivery delivery) {
        return add(delivery, true);
    }

    private boolean add(Delivery delivery, boolean extended) {
        Assignment assignment = delivery.assignment();
        assignment.pending.incrementAndGet(); // before the phase is looked at, see Worker
        if (assignment.phase != Assignment.LIVE) {
            shared.throttle.notStarted();
            finisher.abandon(delivery);
            assignment.pending.decrementAndGet();
            shared.moveOn(delivery);
            return true;
        }
        if (delivery.isDeadLetter()) {
            shared.throttle.notStarted();
            gathering.at(delivery); // a sink may block, which has to be seen
            failures.sendAgain(delivery);
            Thread.interrupted();
            assignment.pending.decrementAndGet();
            return true;
        }
        if (delivery.isAlone() && !isEmpty()) {
            shared.throttle.notStarted();
            assignment.pending.decrementAndGet();
            shared.makeReady(delivery);
            return false; // or it might be met again and again
        }
        boolean decoded = take(delivery);
        if (delivery.isAlone()) {
            return false;
        }
        if (extended && decoded && delivery.lane() != null) {
            extend(delivery.lane());
        }
        return true;
    }

    /** Adds a delivery of a batch that is tried again as a whole. */
    void addAgain(Delivery delivery) {
        if (shared.throttle.admit()) {
            add(delivery, false); // as many as were together before, and no more
        } else {
            shared.makeReady(delivery); // it comes later, with others
        }
    }

    /** Adds what is due in a lane after its entries in this batch; nothing if the lane is not in this batch. */
    void extend(Lane lane) {
        extend(lane, Integer.MAX_VALUE);
    }

    /** The same, of a batch that is tried again as a whole: what followed in it before. */
    void extendAgain(Lane lane) {
        extend(lane, 1);
    }

    private void extend(Lane lane, int mostMore) {
        Delivery tail = tails.get(lane);
        for (int more = 0; more < mostMore; more++) {
            if (tail == null || isFull() || taken.getOrDefault(lane, 0) >= lane.due()) {
                return;
            }
            Delivery next = (Delivery) lane.after(tail);
            Assignment assignment = next.assignment();
            assignment.pending.incrementAndGet();
            boolean fits = assignment.phase == Assignment.LIVE && !next.isDeadLetter() && !next.isAlone();
            if (!fits || !shared.throttle.admit()) {
                assignment.pending.decrementAndGet();
                return; // it waits until it is its lane's first
            }
            if (!take(next)) {
                return; // what follows one that cannot be read must not overtake it
            }
            tail = next;
        }
    }

    /** Begins an attempt. Returns whether it could be decoded. */
    @SuppressWarnings("unchecked") // records come from the source that the handler was configured with
    private boolean take(Delivery delivery) {
        int attempt = delivery.begin();
        gathering.take(delivery); // likewise a decoder
        Throwable failure = null;
        try {
            messages.add((Message<K, V>) delivery.message(attempt));
        } catch (Throwable e) {
            Thread.interrupted(); // what interrupted one decoder must not reach the next
            shared.events.broken(e);
            failure = e;
        }
        deliveries.add(delivery);
        attempts.add(attempt);
        undecodable.add(failure);
        Lane lane = delivery.lane();
        if (lane != null) {
            tails.put(lane, delivery);
            taken.merge(lane, 1, Integer::sum);
            if (failure != null) {
                tails.remove(lane); // closed for others
            }
        }
        return failure == null;
    }

    /** Ends those that cannot be decoded, unless something before them in their lane has to end first. */
    void endUnreadable() {
        Set<Lane> lanes = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < deliveries.size(); i++) {
            Delivery delivery = deliveries.get(i);
            Throwable failure = undecodable.get(i);
            boolean leads = delivery.lane() == null || lanes.add(delivery.lane());
            if (failure != null && leads) {
                int attempt = attempts.remove(i);
                deliveries.remove(i);
                undecodable.remove(i--);
                delivery.take(attempt);
                gathering.at(delivery); // the sink again
                end(delivery, attempt, failure, null);
            }
        }
    }

    /**
     * Sees to what came of it.
     *
     * @param handler the handler, to be named where its outcomes are wrong
     * @param outcomes the handler's, one for each message, or null
     * @param thrown what failed the whole batch, or null
     * @param together whether those that are tried again are tried together, if the whole batch failed
     */
    void end(Object handler, @Nullable List<Outcome> outcomes, @Nullable Throwable thrown, boolean together) {
        @Nullable Throwable[] failed = new Throwable[deliveries.size()];
        int message = 0;
        for (int i = 0; i < failed.length; i++) {
            Throwable unread = undecodable.get(i);
            if (unread != null) {
                failed[i] = unread;
            } else {
                failed[i] = thrown != null ? thrown : failure(handler, Objects.requireNonNull(outcomes), message);
                message++;
            }
        }
        boolean[] gone = takeAll();
        boolean apart = thrown != null && !together && deliveries.size() > 1;
        Group group = thrown != null && together ? new Group() : null;
        boolean[] undone = undoFollowers(failed, gone, group);
        for (int i = 0; i < failed.length; i++) {
            Delivery delivery = deliveries.get(i);
            if (apart && !gone[i]) {
                delivery.setAlone();
            }
            if (gone[i]) {
                delivery.assignment().pending.decrementAndGet();
                shared.overruns.returned(delivery);
            } else if (undone[i]) {
                delivery.assignment().pending.decrementAndGet();
                if (group != null) {
                    group.follow(Objects.requireNonNull(delivery.lane()));
                }
            } else {
                end(delivery, attempts.get(i), failed[i], group);
            }
        }
        if (group != null && !group.deliveries.isEmpty()) {
            failures.retryTogether(group);
        }
    }

    /**
     * Takes all attempts, before anything is said of one: from then on none can be taken from this batch. Returns which
     * had been, because the batch took too long.
     */
    private boolean[] takeAll() {
        boolean[] gone = new boolean[deliveries.size()];
        for (int i = 0; i < gone.length; i++) {
            gone[i] = !deliveries.get(i).take(attempts.get(i));
        }
        return gone;
    }

    /**
     * Takes back what follows a failed one in its lane, or one that is gone, before that one is seen to: from then on
     * its lane may be somebody else's. Its attempt counts only where the whole batch failed and comes again.
     */
    private boolean[] undoFollowers(@Nullable Throwable[] failed, boolean[] gone, @Nullable Group group) {
        boolean[] undone = new boolean[failed.length];
        Set<Lane> broken = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < failed.length; i++) {
            Delivery delivery = deliveries.get(i);
            Lane lane = delivery.lane();
            if (lane == null) {
                continue;
            }
            if (broken.contains(lane)) {
                if (group == null) {
                    delivery.unbegin(attempts.get(i));
                }
                undone[i] = true;
            } else if (failed[i] != null || gone[i]) {
                broken.add(lane);
            }
        }
        return undone;
    }

    /**
     * Those whose attempts may be taken while the handler runs, and those attempts: of a lane only its first, since
     * what follows has to be handled after it. Once the batch is complete; any thread.
     *
     * @param visitor is given a delivery and the number of its attempt
     */
    void forEachLeading(ObjIntConsumer<Delivery> visitor) {
        Set<Lane> lanes = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < deliveries.size(); i++) {
            Lane lane = deliveries.get(i).lane();
            if (lane == null || lanes.add(lane)) {
                visitor.accept(deliveries.get(i), attempts.get(i));
            }
        }
    }

    private void end(Delivery delivery, int attempt, @Nullable Throwable failure, @Nullable Group group) {
        Assignment assignment = delivery.assignment();
        shared.attemptEnded(failure != null, started);
        boolean next = true;
        if (failure == null) {
            finisher.processed(delivery, started);
            if (delivery.lane() != null) {
                delivery.dropRecord();
            }
        } else {
            next = failures.failed(delivery, attempt, failure, started, group);
        }
        assignment.pending.decrementAndGet();
        if (next) {
            moveOn(delivery, failure != null);
        }
    }

    /** The next of the lane is in this batch too, or may run now. */
    private void moveOn(Delivery delivery, boolean failed) {
        Lane lane = delivery.lane();
        if (lane == null || failed || tails.get(lane) == delivery) {
            shared.moveOn(delivery);
        } else {
            lane.finish(); // the lane stays ours: what follows in this batch is due
        }
    }

    private @Nullable Throwable failure(Object handler, List<Outcome> outcomes, int index) {
        try {
            @Nullable Outcome outcome = outcomes.get(index);
            if (outcome == null) {
                throw new BurrowException(
                        ErrorCode.HANDLER_CONTRACT,
                        "batch handler " + handler.getClass().getName() + " returned a null outcome");
            }
            return outcome instanceof Outcome.Failed failed ? failed.cause() : null;
        } catch (Throwable e) { // the list is the user's
            shared.events.broken(e);
            return e;
        }
    }
}
