package io.burrow.core.stage;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.core.host.Demand;
import io.burrow.core.host.StageHost;
import io.burrow.core.time.Timekeeper.Timeout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets one record of an identity through at a time, and after it was handled none for a while.
 *
 * <p>Who comes first has the <em>claim</em>. Others wait for what comes of it, without a thread. If it was handled they
 * are skipped; if it failed the next of them takes the claim. The retry of a record finds a claim of its own only if
 * its attempt was ended from outside, by a time limit for instance: then it takes it over, and what the old attempt
 * comes to counts no more. A claim older than the window holds nobody up any more: what never ends is forgotten.
 *
 * <p>An attempt counts as handled if it succeeded while it was still waited for. A handler that a time limit further
 * out interrupted may have returned without having done its work. Any thread; the lock is held for a few operations on
 * maps, never while something of the user's runs, but {@code equals} of identities.
 */
final class Deduplicated<K, V> implements AsyncMessageHandler<K, V> {
    private final StageHost host;
    private final AsyncMessageHandler<K, V> next;
    private final Function<? super Message<K, V>, ? extends @Nullable Object> identity;
    private final long windowNanos;
    private final int maxEntries;

    // guarded by this; the oldest are first
    private final Map<Identity, Long> handledNanos = new LinkedHashMap<>();
    private final Map<Identity, Claim<K, V>> claims = new LinkedHashMap<>();

    Deduplicated(
            StageHost host,
            AsyncMessageHandler<K, V> next,
            Function<? super Message<K, V>, ? extends @Nullable Object> identity,
            long windowNanos,
            int maxEntries) {
        this.host = host;
        this.next = next;
        this.identity = identity;
        this.windowNanos = windowNanos;
        this.maxEntries = maxEntries;
    }

    /** That a record of an identity is being handled. */
    private static final class Claim<K, V> {
        final Identity identity;
        final Message<K, V> message;
        final long sinceNanos;
        final Deque<Waiter<K, V>> waiters; // guarded by the lock

        /** Who has it, if that one had to wait. */
        @Nullable
        Waiter<K, V> waiter;

        @Nullable
        Timeout release; // guarded by the lock

        Claim(Identity identity, Message<K, V> message, long sinceNanos, Deque<Waiter<K, V>> waiters) {
            this.identity = identity;
            this.message = message;
            this.sinceNanos = sinceNanos;
            this.waiters = waiters;
        }

        boolean isOf(Message<K, V> other) {
            return message.offset() == other.offset()
                    && message.partition() == other.partition()
                    && message.topic().equals(other.topic());
        }
    }

    /** How many identities are remembered as handled. */
    synchronized int remembered() {
        return handledNanos.size();
    }

    /** How many identities are being handled. */
    synchronized int claimed() {
        return claims.size();
    }

    @Override
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        Object found = identity.apply(message);
        if (found == null) {
            return next.handle(message);
        }
        Identity key = new Identity(found);
        Waiter<K, V> waiter = null;
        Claim<K, V> claim = null;
        List<Waiter<K, V>> ended = List.of();
        synchronized (this) {
            long now = host.time().nanos();
            forgetOld(now);
            if (handledNanos.containsKey(key)) {
                return AsyncMessageHandler.done();
            }
            Claim<K, V> before = claims.get(key);
            if (before == null) {
                claim = claim(key, message, now, new ArrayDeque<>(0));
            } else if (before.isOf(message) || now - before.sinceNanos >= windowNanos) {
                cancelRelease(before);
                claim = claim(key, message, now, before.waiters);
            } else {
                waiter = new Waiter<>(message);
                ended = takeEnded(before.waiters);
                before.waiters.add(waiter);
                releaseInTime(before, now);
            }
        }
        ended.forEach(other -> other.start(host, next));
        return claim != null ? handle(claim) : Objects.requireNonNull(waiter).outcome();
    }

    private CompletionStage<?> handle(Claim<K, V> claim) throws Exception {
        Demand demand = Demand.current();
        CompletionStage<?> stage;
        try {
            stage = next.handle(claim.message);
            if (stage != null && stage != AsyncMessageHandler.done()) {
                return stage.whenComplete((value, error) -> end(claim, error == null && demand.isWanted()));
            }
        } catch (Throwable e) {
            end(claim, false);
            throw e;
        }
        end(claim, stage != null && demand.isWanted());
        return stage;
    }

    /** Does what follows from what came of a claim. */
    private void end(Claim<K, V> claim, boolean handled) {
        Claim<K, V> next = settle(claim, handled);
        while (next != null && !start(next)) {
            next = settle(next, false);
        }
    }

    /** Returns the claim of who comes next, if anybody does, to be started. */
    private @Nullable Claim<K, V> settle(Claim<K, V> claim, boolean handled) {
        List<Waiter<K, V>> skipped = List.of();
        List<Waiter<K, V>> ended = List.of();
        Claim<K, V> following = null;
        synchronized (this) {
            long now = host.time().nanos();
            if (handled) {
                remember(claim.identity, now);
            }
            if (!claims.remove(claim.identity, claim)) {
                return null; // another is in force
            }
            cancelRelease(claim);
            if (handled) {
                skipped = List.copyOf(claim.waiters);
            } else {
                ended = takeEnded(claim.waiters);
                Waiter<K, V> first = claim.waiters.poll();
                if (first != null) {
                    following = claim(claim.identity, first.message(), now, claim.waiters);
                    following.waiter = first;
                }
            }
        }
        skipped.forEach(Waiter::skip);
        ended.forEach(waiter -> waiter.start(host, next)); // nobody waits for them: they end there
        return following;
    }

    /** Takes those from the head of the waiters that nobody waits for. Lock held. */
    private List<Waiter<K, V>> takeEnded(Deque<Waiter<K, V>> waiters) {
        List<Waiter<K, V>> ended = new ArrayList<>(0);
        for (Waiter<K, V> head = waiters.peek(); head != null && !head.isWanted(); head = waiters.peek()) {
            ended.add(waiters.remove());
        }
        return ended;
    }

    /** Returns false if the handler could not be started. */
    private boolean start(Claim<K, V> claim) {
        Waiter<K, V> waiter = Objects.requireNonNull(claim.waiter);
        if (!waiter.start(host, message -> handle(claim))) {
            return false;
        }
        // for one whose handler is not reached any more; otherwise the claim is at its end before
        waiter.outcome().whenComplete((value, error) -> end(claim, false));
        return true;
    }

    /** Makes a claim. Lock held. */
    private Claim<K, V> claim(Identity key, Message<K, V> message, long now, Deque<Waiter<K, V>> waiters) {
        Claim<K, V> claim = new Claim<>(key, message, now, waiters);
        claims.remove(key); // so that it comes last
        claims.put(key, claim);
        if (!waiters.isEmpty()) {
            releaseInTime(claim, now);
        }
        return claim;
    }

    /** Lets nobody wait for longer than the window. Lock held. */
    private void releaseInTime(Claim<K, V> claim, long now) {
        if (claim.release == null) {
            claim.release = host.time().schedule(claim.sinceNanos + windowNanos - now, () -> end(claim, false));
        }
    }

    private void cancelRelease(Claim<K, V> claim) {
        if (claim.release != null) {
            claim.release.cancel();
        }
    }

    private void remember(Identity key, long now) {
        handledNanos.remove(key); // to the end
        handledNanos.put(key, now);
        if (handledNanos.size() > maxEntries) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Iterator<Identity> oldest = handledNanos.keySet().iterator();
        oldest.next();
        oldest.remove();
    }

    /** What is too old counts no more. Lock held. */
    private void forgetOld(long now) {
        Iterator<Long> oldest = handledNanos.values().iterator();
        while (oldest.hasNext() && now - oldest.next() >= windowNanos) {
            oldest.remove();
        }
        Iterator<Claim<K, V>> claimed = claims.values().iterator();
        while (claimed.hasNext()) {
            Claim<K, V> claim = claimed.next();
            if (now - claim.sinceNanos < windowNanos || !claim.waiters.isEmpty()) {
                return; // one that others wait for has its timer
            }
            claimed.remove();
        }
    }
}
