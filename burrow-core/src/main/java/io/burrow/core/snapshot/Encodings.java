package io.burrow.core.snapshot;

import io.burrow.core.snapshot.BitText.Reader;

/**
 * The four ways to write a set of offsets above a base. Numbers begin at zero where one is the least that can come, and
 * are written in a {@link RiceCode} whose parameter stands before them.
 *
 * <pre>
 *   RUNS     count  k  k'  gap, run  gap, run  …     gaps in code k, runs in code k'
 *   BITMAP   count  a bit for each offset from base + 1 on
 *   SPARSE   count  k  gap  gap  …                   finished offsets: each by its distance from the one before
 *   HOLES    count  end  k  run  run  …              unfinished offsets, likewise; all others below the end are finished
 * </pre>
 */
final class Encodings {
    static final int RUNS = 0;
    static final int BITMAP = 1;
    static final int SPARSE = 2;
    static final int HOLES = 3;

    /** Of so many ranges, at the most, parameters are derived: more than fit 4096 characters. */
    private static final int SAMPLE = 32_768;

    private Encodings() {}

    /** The way that keeps the most in a number of bits. */
    static Plan best(long base, OffsetRanges finished, long budget) {
        Sums sums = Sums.of(base, finished);
        Plan best = runs(base, finished, budget, sums).or(bitmap(base, finished, budget));
        if (sums.offsets < 3 * sums.ranges) { // else a run is shorter than its offsets
            best = best.or(sparse(base, finished, budget, sums));
        }
        if (sums.gaps < 3 * sums.ranges) {
            best = best.or(holes(base, finished, budget, sums));
        }
        return best;
    }

    /** What the ranges are like: how many, the offsets in them, and those between. */
    private record Sums(long ranges, long offsets, long gaps) {
        static Sums of(long base, OffsetRanges finished) {
            int ranges = Math.min(SAMPLE, finished.ranges());
            long offsets = 0;
            long end = base + 1;
            double gaps = 0;
            for (int i = 0; i < ranges; i++) {
                gaps += finished.from(i) - end;
                offsets += finished.to(i) - finished.from(i);
                end = finished.to(i);
            }
            return new Sums(ranges, offsets, (long) gaps);
        }
    }

    // ---- runs and gaps

    private static Plan runs(long base, OffsetRanges finished, long budget, Sums sums) {
        RiceCode gaps = RiceCode.of((double) sums.gaps / sums.ranges);
        RiceCode runs = RiceCode.of((double) (sums.offsets - sums.ranges) / sums.ranges);
        long left = budget - BitText.size(finished.ranges()) - 2 * RiceCode.PARAMETER_BITS;
        int count = 0;
        long offsets = 0;
        long end = base;
        while (count < finished.ranges()) {
            long run = finished.to(count) - finished.from(count);
            long size = (long) gaps.size(finished.from(count) - end - 1) + runs.size(run - 1);
            if (size > left) {
                break;
            }
            left -= size;
            offsets += run;
            end = finished.to(count++);
        }
        int kept = count;
        return new Plan(RUNS, offsets, budget - left, bits -> {
            bits.number(kept);
            bits.bits(gaps.k(), RiceCode.PARAMETER_BITS);
            bits.bits(runs.k(), RiceCode.PARAMETER_BITS);
            long behind = base;
            for (int i = 0; i < kept; i++) {
                gaps.write(bits, finished.from(i) - behind - 1);
                runs.write(bits, finished.to(i) - finished.from(i) - 1);
                behind = finished.to(i);
            }
        });
    }

    private static OffsetRanges readRuns(long base, Reader bits) {
        long count = count(bits, 2);
        RiceCode gaps = code(bits);
        RiceCode runs = code(bits);
        OffsetRanges.Builder finished = OffsetRanges.builder();
        long end = base;
        for (long i = 0; i < count; i++) {
            long from = Math.addExact(Math.addExact(end, 1), gaps.read(bits));
            end = Math.addExact(Math.addExact(from, 1), runs.read(bits));
            finished.add(from, end);
        }
        return finished.build();
    }

    // ---- a bit for each

    private static Plan bitmap(long base, OffsetRanges finished, long budget) {
        long most = Math.min(budget - BitText.size(budget), finished.end() - base - 1);
        if (most <= 0) {
            return Plan.NOTHING;
        }
        long end = base + 1 + most;
        long offsets = 0;
        long last = base + 1;
        int ranges = 0;
        while (ranges < finished.ranges() && finished.from(ranges) < end) {
            last = Math.min(end, finished.to(ranges));
            offsets += last - finished.from(ranges);
            ranges++;
        }
        long length = last - base - 1;
        int kept = ranges;
        return new Plan(BITMAP, offsets, BitText.size(length) + length, bits -> {
            bits.number(length);
            long at = base + 1;
            for (int i = 0; i < kept; i++) {
                at = fill(bits, at, finished.from(i), 0);
                at = fill(bits, at, Math.min(base + 1 + length, finished.to(i)), -1);
            }
        });
    }

    private static long fill(BitText.Writer bits, long from, long to, long with) {
        for (long at = from; at < to; ) {
            int step = (int) Math.min(60, to - at);
            bits.bits(with, step);
            at += step;
        }
        return to;
    }

    private static OffsetRanges readBitmap(long base, Reader bits) {
        long length = count(bits, 1);
        OffsetRanges.Builder finished = OffsetRanges.builder();
        for (long i = 0; i < length; i++) {
            if (bits.bit() == 1) {
                long offset = Math.addExact(base, i + 1);
                finished.add(offset, Math.addExact(offset, 1));
            }
        }
        return finished.build();
    }

    // ---- finished ones alone

    private static Plan sparse(long base, OffsetRanges finished, long budget, Sums sums) {
        RiceCode gaps = RiceCode.of((double) sums.gaps / sums.offsets);
        long left = budget - BitText.size(budget) - RiceCode.PARAMETER_BITS;
        long count = 0;
        long before = base;
        cut:
        for (int i = 0; i < finished.ranges(); i++) {
            for (long offset = finished.from(i); offset < finished.to(i); offset++) {
                int size = gaps.size(offset - before - 1);
                if (size > left) {
                    break cut;
                }
                left -= size;
                before = offset;
                count++;
            }
        }
        long kept = count;
        long used = budget - BitText.size(budget) - left + BitText.size(kept);
        return new Plan(SPARSE, kept, used, bits -> {
            bits.number(kept);
            bits.bits(gaps.k(), RiceCode.PARAMETER_BITS);
            long behind = base;
            long rest = kept;
            for (int i = 0; rest > 0; i++) {
                for (long offset = finished.from(i); offset < finished.to(i) && rest > 0; offset++, rest--) {
                    gaps.write(bits, offset - behind - 1);
                    behind = offset;
                }
            }
        });
    }

    private static OffsetRanges readSparse(long base, Reader bits) {
        long count = count(bits, 1);
        RiceCode gaps = code(bits);
        OffsetRanges.Builder finished = OffsetRanges.builder();
        long before = base;
        for (long i = 0; i < count; i++) {
            before = Math.addExact(Math.addExact(before, 1), gaps.read(bits));
            finished.add(before, Math.addExact(before, 1));
        }
        return finished.build();
    }

    // ---- unfinished ones alone

    private static Plan holes(long base, OffsetRanges finished, long budget, Sums sums) {
        RiceCode runs = RiceCode.of((double) sums.offsets / Math.max(1, sums.gaps));
        // count and end are known at the last only; neither is larger than these
        long overhead = BitText.size(budget) + BitText.size(finished.end() - base) + RiceCode.PARAMETER_BITS;
        long left = budget - overhead;
        if (left <= 0) {
            return Plan.NOTHING;
        }
        long count = 0;
        long offsets = 0;
        long end = base + 1;
        int ranges = 0;
        while (ranges < finished.ranges()) {
            long gap = finished.from(ranges) - end;
            if (gap > left) {
                break;
            }
            long size = gap == 0 ? 0 : runs.size(lastRun(finished, ranges)) + (gap - 1) * runs.size(0);
            if (size > left) {
                break;
            }
            left -= size;
            count += gap;
            end = finished.to(ranges);
            offsets += end - finished.from(ranges);
            ranges++;
        }
        long kept = count;
        long last = end;
        long used = budget - overhead - left + BitText.size(kept) + BitText.size(last - base - 1);
        return new Plan(HOLES, offsets, used + RiceCode.PARAMETER_BITS, bits -> {
            bits.number(kept);
            bits.number(last - base - 1);
            bits.bits(runs.k(), RiceCode.PARAMETER_BITS);
            long behind = base;
            long at = base + 1;
            long rest = kept;
            for (int i = 0; rest > 0; i++) {
                for (long hole = at; hole < finished.from(i) && rest > 0; hole++, rest--) {
                    runs.write(bits, hole - behind - 1);
                    behind = hole;
                }
                at = finished.to(i);
            }
        });
    }

    /** How long the run before a range is: the distance of the first hole behind it from the one before. */
    private static long lastRun(OffsetRanges finished, int range) {
        return range == 0 ? 0 : finished.to(range - 1) - finished.from(range - 1);
    }

    private static OffsetRanges readHoles(long base, Reader bits) {
        long count = count(bits, 1);
        long end = Math.addExact(Math.addExact(base, 1), bits.number());
        RiceCode runs = code(bits);
        OffsetRanges.Builder finished = OffsetRanges.builder();
        long at = Math.addExact(base, 1);
        for (long i = 0; i < count; i++) {
            long hole = Math.addExact(at, runs.read(bits));
            if (hole > at) {
                finished.add(at, hole);
            }
            at = Math.addExact(hole, 1);
        }
        if (end > at) {
            finished.add(at, end);
        }
        return finished.build();
    }

    // ---- reading

    static OffsetRanges read(int encoding, long base, Reader bits) {
        return switch (encoding) {
            case RUNS -> readRuns(base, bits);
            case BITMAP -> readBitmap(base, bits);
            case SPARSE -> readSparse(base, bits);
            default -> readHoles(base, bits);
        };
    }

    /** How many items follow. More than there are bits for is refused before anything is made of it. */
    private static long count(Reader bits, int leastBits) {
        long count = bits.number();
        if (count > bits.left() / leastBits) {
            throw new IllegalArgumentException("more than there can be");
        }
        return count;
    }

    private static RiceCode code(Reader bits) {
        int k = (int) bits.bits(RiceCode.PARAMETER_BITS);
        if (k > 62) {
            throw new IllegalArgumentException("a parameter that is too large");
        }
        return new RiceCode(k);
    }
}
