package io.burrow.metrics.prometheus;

import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowState;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.Health;
import io.burrow.api.Inspection;
import io.burrow.metrics.prometheus.Latest.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The Burrows that a server shows, by name. Never waits for one of them longer than told. Any thread. */
final class WatchedBurrows {
    /** Each may hold two threads while it does not answer. */
    static final int MOST = 100;

    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Executor executor;
    private final LongSupplier nanoTime;
    private final TreeMap<String, Watched> burrows = new TreeMap<>(); // guarded by itself

    private record Watched(BurrowControl burrow, Latest<Health> health, Latest<Inspection> inspection) {}

    /**
     * One of them, as far as it answers.
     *
     * @param name its name
     * @param state where it is in its life
     * @param health whether it lives and works
     * @param inspection what it holds
     */
    record Look(String name, BurrowState state, Reading<Health> health, Reading<Inspection> inspection) {
        /** Whether what is shown of it is of now. */
        boolean answers() {
            return health.answers() && inspection.answers() && inspection.answer() != null;
        }
    }

    WatchedBurrows(Executor executor, LongSupplier nanoTime) {
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /** Adds one; in place of one of the same name that has ended. Again the same: does nothing. */
    void add(BurrowControl burrow) {
        String name = burrow.name();
        synchronized (burrows) {
            Watched known = burrows.get(name);
            if (known != null && known.burrow == burrow) {
                return;
            }
            if (known != null && !known.burrow.state().isTerminal()) {
                throw new ConfigException(List.of(new ConfigProblem(
                        "name", "must differ from that of the other Burrows that this server shows", name)));
            }
            if (known == null && burrows.size() == MOST) {
                throw new ConfigException(List.of(new ConfigProblem(
                        "burrows", "must be at most " + MOST + " on one server", Integer.toString(MOST + 1))));
            }
            burrows.put(
                    name,
                    new Watched(
                            burrow,
                            new Latest<>(burrow::health, executor, nanoTime),
                            new Latest<>(burrow::inspect, executor, nanoTime)));
        }
    }

    /** Looks at all of them, in order of their names, and waits so long in all for those that are slow. */
    List<Look> look(long waitMillis) throws InterruptedException {
        List<Watched> all;
        synchronized (burrows) {
            all = List.copyOf(burrows.values());
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        for (Watched each : all) {
            each.health.refresh(FRESH_NANOS);
            each.inspection.refresh(FRESH_NANOS);
        }
        List<Look> looks = new ArrayList<>(all.size());
        for (Watched each : all) {
            Reading<Health> health = each.health.await(deadline);
            Reading<Inspection> inspection = each.inspection.await(deadline);
            looks.add(new Look(each.burrow.name(), each.burrow.state(), health, inspection));
        }
        return looks;
    }
}
