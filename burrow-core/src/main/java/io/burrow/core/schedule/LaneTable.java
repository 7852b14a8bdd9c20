package io.burrow.core.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one partition, by key. Belongs to the loop thread: only the loop looks lanes up, so the table needs no
 * lock; workers reach a lane through what they took from the ready queue.
 *
 * <p>A lane whose last entry ended stays until the loop comes by: it is used again at once if its key comes again. Each
 * new lane beyond what is {@linkplain #allow allowed} sweeps two buckets, and {@link #sweep} some now and then, so that
 * the table is never much larger than that and what is in use, and no step depends on the number of keys. Swept lanes
 * are used again. A lane with an entry always stays, whatever became of the assignment it came with: that is what keeps
 * old and new work of a key apart when a partition is taken away and comes back.
 *
 * <p>A key that changes its hash loses its order, since its next record does not find its lane. It loses nothing else:
 * lanes are kept by the hash that they were made with. It is noticed where that costs nothing, and its class can be
 * {@linkplain #tellChanged told}: when a lane is made and another has the very same hash, which finds an array of bytes
 * that was written to before the next record of its key came; and, once keys came that are neither arrays of bytes nor
 * strings, when a lane is removed.
 */
public final class LaneTable {
    private static final int LEAST_BUCKETS = 16;
    private static final int MOST_SPARE = 256;
    private static final Object WHOLE_PARTITION = new Object();

    private @Nullable Lane[] buckets = new Lane[LEAST_BUCKETS];
    private int size;
    private int allowed;
    private int hand;
    private @Nullable Lane spare;
    private int spares;
    /** Whether a key came whose hash may change by itself, or with what is in it. */
    private boolean wary;

    /** Classes of keys that changed their hash, and were not told yet. */
    private final List<Class<?>> changed = new ArrayList<>(0);

    /** Makes an empty table. */
    public LaneTable() {}

    /**
     * Lets idle lanes stay while the table has no more lanes than this. Loop thread.
     *
     * @param lanes how many; zero at first
     */
    public void allow(int lanes) {
        allowed = lanes;
    }

    /**
     * The lane of a key; made if there is none. Loop thread.
     *
     * @param key the key; arrays of bytes are compared by content, everything else by {@code equals}
     * @return the lane
     */
    public Lane lane(Object key) {
        int hash = hash(key);
        Lane alike = null;
        for (Lane lane = buckets[hash & buckets.length - 1]; lane != null; lane = lane.nextInBucket) {
            if (lane.hash == hash) {
                if (same(lane.key, key)) {
                    return lane;
                }
                alike = lane;
            }
        }
        if (alike != null) { // seldom: two keys of one hash, or one that was this key
            look(alike);
        }
        if (size >= allowed) {
            sweep(2);
        }
        if (size >= buckets.length) {
            resize(buckets.length * 2);
        }
        Lane lane = spare;
        if (lane == null) {
            lane = new Lane();
        } else {
            spare = lane.nextInBucket;
            spares--;
        }
        lane.key = key;
        lane.hash = hash;
        if (!(key instanceof byte[] || key instanceof String)) {
            wary = true;
        }
        int bucket = hash & buckets.length - 1;
        lane.nextInBucket = buckets[bucket];
        buckets[bucket] = lane;
        size++;
        return lane;
    }

    /**
     * The one lane of a partition that is ordered as a whole. Loop thread.
     *
     * @return the lane
     */
    public Lane lane() {
        return lane(WHOLE_PARTITION);
    }

    /**
     * Removes idle lanes from the next few buckets, and gives memory back when little is in use. Loop thread.
     *
     * @param steps how many buckets to look at
     */
    public void sweep(int steps) {
        if (size == 0) {
            if (buckets.length > LEAST_BUCKETS) {
                resize(LEAST_BUCKETS);
            }
            return;
        }
        for (int i = Math.min(steps, buckets.length); i > 0; i--) {
            int bucket = hand++ & buckets.length - 1;
            Lane before = null;
            Lane lane = buckets[bucket];
            while (lane != null) {
                Lane next = lane.nextInBucket;
                if (lane.isIdle()) {
                    if (before == null) {
                        buckets[bucket] = next;
                    } else {
                        before.nextInBucket = next;
                    }
                    size--;
                    retire(lane);
                } else {
                    before = lane;
                }
                lane = next;
            }
        }
        if (size < buckets.length / 8 && buckets.length > LEAST_BUCKETS) {
            resize(buckets.length / 2);
        }
    }

    /**
     * How many lanes there are, idle ones that were not swept yet included. Loop thread.
     *
     * @return a number of lanes
     */
    public int size() {
        return size;
    }

    /**
     * How many buckets there are: what a {@link #sweep} of all of them would have to look at. Loop thread.
     *
     * @return a number of buckets
     */
    public int buckets() {
        return buckets.length;
    }

    /**
     * Tells of keys that were found to have changed their hash since the last call. Loop thread.
     *
     * @param told is given each of their classes
     */
    public void tellChanged(Consumer<? super Class<?>> told) {
        if (!changed.isEmpty()) {
            changed.forEach(told);
            changed.clear();
        }
    }

    private void retire(Lane lane) {
        if (wary) {
            look(lane);
        }
        lane.clear();
        if (spares < MOST_SPARE) {
            lane.nextInBucket = spare;
            spare = lane;
            spares++;
        }
    }

    /** Notes the class of a lane's key if that has another hash by now, or none any more. */
    private void look(Lane lane) {
        Object key = Objects.requireNonNull(lane.key);
        boolean same;
        try {
            same = hash(key) == lane.hash;
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
                throw error;
            }
            same = false;
        }
        if (!same && !changed.contains(key.getClass())) {
            changed.add(key.getClass());
        }
    }

    private void resize(int length) {
        @Nullable Lane[] old = buckets;
        @Nullable Lane[] wider = new Lane[length];
        for (Lane first : old) {
            Lane lane = first;
            while (lane != null) {
                Lane next = lane.nextInBucket;
                int bucket = lane.hash & length - 1;
                lane.nextInBucket = wider[bucket];
                wider[bucket] = lane;
                lane = next;
            }
        }
        buckets = wider;
    }

    private static int hash(Object key) {
        int hash = key instanceof byte[] bytes ? Arrays.hashCode(bytes) : key.hashCode();
        hash *= 0x9E3779B9; // spreads hashes that differ in few bits (Knuth, TAOCP 3, 6.4)
        return hash ^ hash >>> 16;
    }

    private static boolean same(@Nullable Object a, Object b) {
        return a instanceof byte[] left && b instanceof byte[] right ? Arrays.equals(left, right) : b.equals(a);
    }
}
