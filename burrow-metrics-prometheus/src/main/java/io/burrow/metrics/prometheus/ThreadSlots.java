package io.burrow.metrics.prometheus;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Gives threads numbers that no other living thread has, so that each can count by itself. There are so many; threads
 * beyond that share {@link #SHARED}. The number of a thread that has ended goes to another, with what was counted under
 * it. Any thread.
 */
final class ThreadSlots {
    /** The number of who has none. */
    static final int SHARED = -1;

    private final AtomicReferenceArray<@Nullable WeakReference<Thread>> owners;
    private final ThreadLocal<Integer> mine = ThreadLocal.withInitial(this::claim);

    ThreadSlots(int count) {
        owners = new AtomicReferenceArray<>(count);
    }

    int count() {
        return owners.length();
    }

    /** The number of the calling thread, from 0, or {@link #SHARED}; always the same. */
    int slot() {
        return mine.get();
    }

    private int claim() {
        WeakReference<Thread> self = new WeakReference<>(Thread.currentThread());
        for (int i = 0; i < owners.length(); i++) {
            WeakReference<Thread> owner = owners.get(i);
            // What a thread wrote is seen by who sees that it has ended.
            if (isFree(owner) && owners.compareAndSet(i, owner, self)) {
                return i;
            }
        }
        return SHARED;
    }

    private static boolean isFree(@Nullable WeakReference<Thread> owner) {
        if (owner == null) {
            return true;
        }
        Thread thread = owner.get();
        return thread == null || !thread.isAlive();
    }
}
