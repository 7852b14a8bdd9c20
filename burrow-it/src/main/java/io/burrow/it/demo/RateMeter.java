package io.burrow.it.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** Turns a total that is read now and then into records a second over the last two seconds. One thread. */
final class RateMeter {

    private static final long WINDOW_NANOS = 2_000_000_000L;

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long total) {}

    /**
     * Takes a reading.
     *
     * @param nanos when it was taken
     * @param total the total then
     * @return records a second since the oldest reading within the window; 0 for the first
     */
    double read(long nanos, long total) {
        samples.addLast(new Sample(nanos, total));
        while (samples.size() > 2 && nanos - samples.getFirst().nanos > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        long time = nanos - first.nanos;
        return time <= 0 ? 0 : (total - first.total) * 1e9 / time;
    }
}
