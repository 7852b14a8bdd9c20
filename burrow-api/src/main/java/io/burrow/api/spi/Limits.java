package io.burrow.api.spi;

/** The shipped limiters. One thread each. */
final class Limits {
    static final ConcurrencyLimit FIXED = ConcurrencyLimit.Window::ceiling;

    /** A window with this share of failures went badly. */
    private static final double BAD_SHARE = 0.1;

    private static final double DECREASE = 0.9;

    private Limits() {}

    private static boolean wentBadly(ConcurrencyLimit.Window window) {
        return window.failed() > 0 && window.failed() >= BAD_SHARE * (window.completed() + window.failed());
    }

    /** Whether the limit was what held it up: where it was not, nothing was learned that speaks for more. */
    private static boolean wasUsedUp(ConcurrencyLimit.Window window) {
        return window.peakRunning() >= 0.8 * window.limit();
    }

    private static double step(double limit) {
        return Math.max(1, Math.sqrt(limit) / 2);
    }

    /** The limit as a fraction, so that small changes add up, unless somebody else moved it. */
    private static double resume(double exact, int limit) {
        return Math.round(exact) == limit ? exact : limit;
    }

    private static int within(double limit, ConcurrencyLimit.Window window) {
        return (int) Math.max(window.floor(), Math.min(window.ceiling(), Math.round(limit)));
    }

    /** See {@link ConcurrencyLimit#aimd}. */
    static final class Aimd implements ConcurrencyLimit {
        private final long latencyBoundNanos;
        private double exact;

        Aimd(long latencyBoundNanos) {
            this.latencyBoundNanos = latencyBoundNanos;
        }

        @Override
        public int next(Window window) {
            double limit = resume(exact, window.limit());
            if (wentBadly(window) || window.completed() > 0 && window.meanNanos() > latencyBoundNanos) {
                limit = Math.min(limit * DECREASE, limit - 1);
            } else if (window.completed() > 0 && wasUsedUp(window)) {
                limit += step(limit);
            }
            int next = within(limit, window);
            exact = Math.max(window.floor(), Math.min(window.ceiling(), limit));
            return next;
        }
    }

    /** See {@link ConcurrencyLimit#gradient}. */
    static final class Gradient implements ConcurrencyLimit {
        /** How much longer than at its best an attempt may take before that counts as a queue. */
        private static final double TOLERANCE = 1.3;
        /** After so many windows the best latency is measured anew: what is downstream may have changed for good. */
        private static final int PROBE_EVERY = 300;
        /** The first window with the lower limit still ends what was begun with the higher one. */
        private static final int PROBE_WINDOWS = 2;

        /** One slow window may be chance. */
        private static final double SMOOTHING = 0.2;

        private double exact;
        private double bestNanos;
        /** Those that tell a latency, since the last probe. */
        private int windows;

        private double beforeProbe;

        @Override
        public int next(Window window) {
            double limit = resume(exact, window.limit());
            if (wentBadly(window)) {
                limit = Math.min(limit * DECREASE, limit - 1);
                beforeProbe *= DECREASE; // if this is amid a probe, what it goes back to went badly, too
            } else if (window.completed() > 0) {
                limit = follow(window, limit);
            }
            int next = within(limit, window);
            exact = Math.max(window.floor(), Math.min(window.ceiling(), limit));
            return next;
        }

        private double follow(Window window, double limit) {
            double latency = Math.max(1, window.meanNanos());
            windows++;
            if (windows == PROBE_EVERY) {
                beforeProbe = limit;
                return limit / 2;
            }
            if (windows > PROBE_EVERY && windows < PROBE_EVERY + PROBE_WINDOWS) {
                return limit;
            }
            if (windows >= PROBE_EVERY + PROBE_WINDOWS) {
                windows = 0;
                bestNanos = latency;
                return beforeProbe;
            }
            bestNanos = bestNanos == 0 ? latency : Math.min(latency, bestNanos);
            double gradient = Math.max(0.5, Math.min(1, TOLERANCE * bestNanos / latency));
            double wished = limit * gradient + (gradient < 1 || wasUsedUp(window) ? step(limit) : 0);
            return wished > limit ? wished : limit + (wished - limit) * SMOOTHING;
        }
    }
}
