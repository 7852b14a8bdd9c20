package io.burrow.it.chaos.member;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Threads that should be gone. */
final class Leftovers {

    private Leftovers() {}

    /**
     * Names the threads that are still there after a time in which they could end.
     *
     * @param expected which threads may stay
     * @param limit how long to wait for the others
     * @return their names, in order; empty as soon as there is none
     */
    static List<String> of(Predicate<? super Thread> expected, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            TreeSet<String> names = new TreeSet<>();
            for (Thread each : Thread.getAllStackTraces().keySet()) {
                if (each.isAlive() && !expected.test(each)) {
                    names.add(each.getName());
                }
            }
            if (names.isEmpty() || System.nanoTime() - deadline >= 0) {
                return List.copyOf(names);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
