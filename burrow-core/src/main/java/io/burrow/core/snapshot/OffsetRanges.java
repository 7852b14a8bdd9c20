package io.burrow.core.snapshot;

import java.util.Arrays;

/** A set of offsets, as ranges that are sorted and neither overlap nor touch. Immutable. */
public final class OffsetRanges {
    private static final OffsetRanges EMPTY = new OffsetRanges(new long[0]);

    /** From and to (exclusive) of each range in turn. */
    private final long[] bounds;

    private OffsetRanges(long[] bounds) {
        this.bounds = bounds;
    }

    /**
     * The set without offsets.
     *
     * @return always the same
     */
    public static OffsetRanges empty() {
        return EMPTY;
    }

    /**
     * Starts a set.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Whether there is no offset in it.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /**
     * How many offsets are in it.
     *
     * @return a number of offsets
     */
    public long size() {
        long size = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            size += bounds[i + 1] - bounds[i];
        }
        return size;
    }

    /**
     * How many ranges it has.
     *
     * @return a number of ranges
     */
    public int ranges() {
        return bounds.length / 2;
    }

    /**
     * The first offset of a range.
     *
     * @param range which, from 0
     * @return the offset
     */
    public long from(int range) {
        return bounds[2 * range];
    }

    /**
     * The end of a range.
     *
     * @param range which, from 0
     * @return the offset after its last one
     */
    public long to(int range) {
        return bounds[2 * range + 1];
    }

    /**
     * Whether an offset is in it. Takes time in proportion to the logarithm of the number of ranges.
     *
     * @param offset the offset
     * @return true if so
     */
    public boolean contains(long offset) {
        int at = Arrays.binarySearch(bounds, offset);
        // found: the beginning of a range is in it, its end is not; not found: between a beginning and an end
        return at >= 0 ? (at & 1) == 0 : (-at - 1 & 1) == 1;
    }

    /**
     * The end of the last range.
     *
     * @return the offset after the highest one; 0 if there is none
     */
    public long end() {
        return bounds.length == 0 ? 0 : bounds[bounds.length - 1];
    }

    /**
     * Adds what of it does not lie below an offset to another set that is made.
     *
     * @param offset the offset
     * @param target takes it; what it has lies below
     */
    public void from(long offset, Builder target) {
        int at = Arrays.binarySearch(bounds, offset);
        int range = (at >= 0 ? at : -at - 1) >>> 1;
        for (; range < ranges(); range++) {
            if (to(range) > offset) {
                target.add(Math.max(offset, from(range)), to(range));
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OffsetRanges ranges && Arrays.equals(bounds, ranges.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    /** Returns how much is in it. */
    @Override
    public String toString() {
        return size() + " offsets in " + ranges() + " ranges";
    }

    /** Makes a set from ranges in rising order. Not safe for use by several threads. */
    public static final class Builder {
        private long[] bounds = new long[16];
        private int length;

        private Builder() {}

        /**
         * How many ranges it has so far.
         *
         * @return a number of ranges
         */
        public int ranges() {
            return length / 2;
        }

        /**
         * Adds a range.
         *
         * @param from its first offset, not below the end of the range before
         * @param to the offset after its last one, greater than the first
         * @return this
         * @throws IllegalArgumentException if it does not follow the range before, or is empty
         */
        public Builder add(long from, long to) {
            if (from < 0 || to <= from || length > 0 && from < bounds[length - 1]) {
                throw new IllegalArgumentException("range " + from + " to " + to + " does not follow "
                        + (length == 0 ? "nothing" : bounds[length - 1]));
            }
            if (length > 0 && bounds[length - 1] == from) {
                bounds[length - 1] = to;
                return this;
            }
            if (length == bounds.length) {
                bounds = Arrays.copyOf(bounds, length * 2);
            }
            bounds[length++] = from;
            bounds[length++] = to;
            return this;
        }

        /**
         * Makes the set.
         *
         * @return the set
         */
        public OffsetRanges build() {
            return length == 0 ? EMPTY : new OffsetRanges(Arrays.copyOf(bounds, length));
        }
    }
}
