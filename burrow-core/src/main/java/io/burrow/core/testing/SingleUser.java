package io.burrow.core.testing;

import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes the use of a source by two threads at once fail loudly, as a Kafka consumer does. Calls may nest. */
final class SingleUser {
    private final String what;
    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();
    /** Written by the user only. */
    private int depth;

    SingleUser(String what) {
        this.what = what;
    }

    void enter() {
        Thread current = Thread.currentThread();
        Thread other = user.get();
        if (other != current && !user.compareAndSet(null, current)) {
            throw new ConcurrentModificationException(what + " is for one thread at a time: " + current.getName()
                    + " called it while " + (other == null ? "another" : other.getName()) + " was inside");
        }
        depth++;
    }

    void exit() {
        if (--depth == 0) {
            user.set(null);
        }
    }
}
