package io.burrow.core.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A batch that is put together. It knows what of it the worker is busy with: a decoder may block, and so may a sink
 * that is given a dead letter once more, before the batch handler is reached. That worker writes, the loop reads.
 */
final class Gathering {
    private static final VarHandle BUSY;
    private static final VarHandle COUNT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BUSY = lookup.findVarHandle(Gathering.class, "busy", Delivery.class);
            COUNT = lookup.findVarHandle(Gathering.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Delivery busy;

    /** Grows by being replaced. What is below the count stays as it is, in a later one too. */
    private Delivery[] taken = new Delivery[16];

    private volatile int count;

    /** What was reported last. The loop's. */
    private @Nullable Delivery reported;

    /** Goes on with a delivery. Worker thread, like what follows. */
    void at(Delivery delivery) {
        BUSY.setRelease(this, delivery);
    }

    /** The same, with one that is in the batch from now on. */
    void take(Delivery delivery) {
        int index = count;
        if (index == taken.length) {
            taken = Arrays.copyOf(taken, 2 * index);
        }
        taken[index] = delivery;
        COUNT.setRelease(this, index + 1);
        at(delivery);
    }

    /** What it went on with last. Loop thread, like what follows. */
    @Nullable
    Delivery current() {
        return busy;
    }

    /** Shows what is in the batch so far. */
    void forEach(Consumer<? super Delivery> visitor) {
        int known = count; // first: the array is this one or a later one
        Delivery[] all = taken;
        for (int i = 0; i < known; i++) {
            visitor.accept(all[i]);
        }
    }

    /** Whether a delivery is to be reported: once, as long as it stays there. */
    boolean isNews(Delivery delivery) {
        boolean news = reported != delivery;
        reported = delivery;
        return news;
    }
}
