package io.burrow.core.testing;

import io.burrow.core.schedule.Unit;
import io.burrow.core.worker.Worker;
import io.burrow.core.worker.WorkerTask;
import io.burrow.core.worker.Workers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Workers that a test steps, in its own thread. A step either takes a unit, as a worker that was woken does, or runs
 * one of those taken, or a job beside them, chosen by the seed: so records finish in another order than they came in,
 * and between taking and running anything can happen. Not safe for use by several threads. What it implements is
 * internal.
 */
public final class SteppingWorkers implements Workers {
    private final TestClock clock;
    private final RandomGenerator random;
    private final List<Worker> workers = new ArrayList<>();
    private final Deque<Worker> free = new ArrayDeque<>();
    private final List<Taken> taken = new ArrayList<>();
    private final List<Runnable> jobs = new ArrayList<>();
    private @Nullable WorkerTask task;
    private int limit;
    /** How many handlers are being run: more than one where a handler makes another step, as if it took its time. */
    private int running;

    private long steps;

    /**
     * What a worker has taken and not run.
     *
     * @param unit what
     * @param worker who
     */
    private record Taken(Unit unit, Worker worker) {}

    /**
     * Makes workers.
     *
     * @param clock the clock, which is moved where the loop waits
     * @param random what chooses
     */
    public SteppingWorkers(TestClock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void start(WorkerTask newTask, int concurrency) {
        task = newTask;
        limit = concurrency;
    }

    /**
     * Does one step.
     *
     * @return false if there is nothing to do
     */
    public boolean step() {
        if (task == null) {
            return false;
        }
        if (!jobs.isEmpty() && random.nextBoolean()) {
            return runJob();
        }
        boolean mayTake = taken.size() + running < limit && task.hasReady();
        if (mayTake && (taken.isEmpty() || random.nextInt(3) > 0)) {
            Worker worker = free.isEmpty() ? hire() : free.removeLast();
            Unit unit = task.take(worker);
            if (unit != null) {
                taken.add(new Taken(unit, worker));
                steps++;
                return true;
            }
            free.addLast(worker);
        }
        if (taken.isEmpty()) {
            return runJob();
        }
        Taken next = taken.remove(random.nextInt(taken.size()));
        steps++;
        running++;
        try {
            task.run(next.unit, next.worker);
        } finally {
            next.worker.leave();
            free.addLast(next.worker);
            running--;
        }
        return true;
    }

    private Worker hire() {
        Worker worker = new Worker(workers.size());
        workers.add(worker);
        return worker;
    }

    private boolean runJob() {
        if (jobs.isEmpty()) {
            return false;
        }
        steps++;
        jobs.remove(random.nextInt(jobs.size())).run();
        return true;
    }

    /**
     * How many steps were done.
     *
     * @return a number of steps
     */
    public long steps() {
        return steps;
    }

    @Override
    public void wake() {
        // steps find what is ready by themselves
    }

    @Override
    public void execute(Runnable job) {
        if (task == null) {
            throw new RejectedExecutionException("the workers are closed");
        }
        jobs.add(job);
    }

    @Override
    public void resize(int concurrency) {
        limit = concurrency;
    }

    @Override
    public int inside(@Nullable Object scope) {
        int inside = 0;
        for (Worker worker : workers) { // not zero only for a question from within a handler
            Object in = worker.scope();
            inside += in != null && (scope == null || scope == in) ? 1 : 0;
        }
        return inside;
    }

    @Override
    public void forEach(Consumer<? super Worker> visitor) {
        workers.forEach(visitor);
    }

    /** Steps, and moves the clock when there is nothing to step, until the condition holds or the time is up. */
    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        long end = clock.nanos() + timeoutNanos;
        while (!condition.getAsBoolean()) {
            if (step()) {
                continue;
            }
            long left = end - clock.nanos();
            if (left <= 0) {
                return false;
            }
            Duration next = clock.untilNext();
            clock.advance(Duration.ofNanos(next == null ? left : Math.min(left, Math.max(1, next.toNanos()))));
        }
        return true;
    }

    @Override
    public List<String> close(long timeoutNanos) {
        taken.clear();
        jobs.clear();
        task = null;
        return List.of();
    }
}
