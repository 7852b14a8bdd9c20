package io.burrow.core.worker;

import io.burrow.core.schedule.Unit;
import io.burrow.core.time.Timekeeper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Workers on threads of their own, platform or virtual, made when they are first needed and kept until the end.
 *
 * <h2>Waking</h2>
 *
 * Whoever makes something ready calls {@link #wake}, which costs two reads when nobody is idle. At most one worker is
 * <em>on its way</em> at any time: woken or being started, but not yet at the queue. When it has taken its unit it sees
 * whether there is more and calls the next one. So the number that works grows as long as there is more than they
 * finish, and a handler that takes no time is not met by a hundred threads that fight for one queue. While one copes
 * alone ({@link Coping}) nobody is called.
 *
 * <p>No wake-up is lost. A worker that finds nothing first counts itself idle and then looks again; whoever offers does
 * so before it looks for somebody idle. And who finds a worker on its way leaves its unit to that one, which looks at
 * the queue after it has arrived.
 */
public final class ThreadWorkers implements Workers {
    private static final long AWAIT_STEP_NANOS = 500_000;
    /** After so long a thread is asked for again where none could be had. */
    private static final long WITHOUT_THREADS_NANOS = 1_000_000_000;

    private final String namePrefix;
    private final boolean virtual;
    private final Timekeeper time;
    private final Coping coping;
    private final AtomicBoolean onItsWay = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable WorkerTask task;
    private volatile int limit;
    /** What the limit was set to; it is lower while no more threads can be had. Guarded by the lock. */
    private int wanted;
    /** Whether a timer is set to ask for threads again. Guarded by the lock. */
    private boolean asksAgain;
    /** Starts a thread; tests let it fail. */
    Consumer<? super Thread> starter = Thread::start;

    private volatile boolean stopped;

    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final Set<Thread> jobs = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextJob = new AtomicLong();

    // Guarded by the lock; the counts are also read without it.
    private final Deque<Worker> idle = new ArrayDeque<>();
    private volatile int idleCount;
    private volatile int made;
    private int nextIndex;

    /**
     * Makes workers; none is started yet.
     *
     * @param namePrefix what the names of the threads begin with
     * @param virtual whether the threads are virtual
     * @param time the clock for waiting
     */
    public ThreadWorkers(String namePrefix, boolean virtual, Timekeeper time) {
        this.namePrefix = namePrefix;
        this.virtual = virtual;
        this.time = time;
        this.coping = new Coping(time, this::wake);
    }

    @Override
    public void start(WorkerTask newTask, int concurrency) {
        wanted = concurrency;
        limit = concurrency;
        task = newTask;
    }

    @Override
    public void wake() {
        WorkerTask todo = task;
        if (todo == null || idleCount == 0 && made >= limit || onItsWay.get() || coping.isUnderWay(todo)) {
            return;
        }
        if (!onItsWay.compareAndSet(false, true)) {
            return;
        }
        boolean called = false;
        try {
            called = callOne();
        } finally {
            if (!called) {
                onItsWay.set(false);
            }
        }
    }

    private boolean callOne() {
        Thread thread;
        lock.lock();
        try {
            Worker worker = idle.pollLast();
            if (worker != null) {
                idleCount = idle.size();
                worker.woken = true;
                worker.signalled = true;
                LockSupport.unpark(worker.thread);
                return true;
            }
            if (made >= limit || stopped) {
                return false;
            }
            thread = make();
            made++;
        } finally {
            lock.unlock();
        }
        try {
            starter.accept(thread);
            return true;
        } catch (OutOfMemoryError e) { // no more native threads: go on with those there are, for a while
            lock.lock();
            try {
                made--;
                limit = Math.max(1, made);
                workers.removeIf(w -> w.thread == thread);
                askAgainLater();
            } finally {
                lock.unlock();
            }
            return false;
        }
    }

    /** Lock held. */
    private void askAgainLater() {
        if (asksAgain) {
            return;
        }
        try {
            time.schedule(WITHOUT_THREADS_NANOS, this::askAgain);
            asksAgain = true;
        } catch (OutOfMemoryError e) {
            // the timer has no thread either: the next one that is missed asks again
        }
    }

    private void askAgain() {
        lock.lock();
        try {
            asksAgain = false;
            limit = wanted;
        } finally {
            lock.unlock();
        }
        wake();
    }

    private Thread make() {
        Worker worker = new Worker(nextIndex++);
        worker.woken = true;
        Thread thread = thread("-" + worker.index(), () -> work(worker));
        worker.thread = thread;
        workers.add(worker);
        return thread;
    }

    private Thread thread(String nameEnd, Runnable task) {
        String name = namePrefix + nameEnd;
        if (virtual) {
            return VirtualThreads.unstarted(name, task);
        }
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable job) {
        Thread thread = thread("-later-" + nextJob.getAndIncrement(), () -> {
            try {
                job.run();
            } finally {
                jobs.remove(Thread.currentThread());
            }
        });
        jobs.add(thread); // before the look at the flag: one of this and close sees the other
        if (stopped) {
            jobs.remove(thread);
            throw new RejectedExecutionException("the workers are closed");
        }
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            jobs.remove(thread);
            throw new RejectedExecutionException("no thread can be had", e);
        }
    }

    private void work(Worker worker) {
        WorkerTask todo = Objects.requireNonNull(task);
        boolean ended = false;
        try {
            while (!stopped && !(made > limit && retire())) {
                Unit unit = todo.take(worker);
                arrive(worker);
                if (unit != null) {
                    if ((idleCount > 0 || made < limit) && !coping.alone(worker, todo) && todo.hasReady()) {
                        wake();
                    }
                    todo.run(unit, worker);
                } else {
                    worker.leave();
                    rest(worker, todo);
                }
            }
            ended = true;
        } finally {
            if (!ended) {
                lost();
            }
            worker.leave();
            coping.rests();
            workers.remove(worker);
            arrive(worker);
            if (!stopped && todo.hasReady()) {
                wake(); // what it was woken for, or saw, is another's now
            }
        }
    }

    /** A worker died: its place is free. */
    private void lost() {
        lock.lock();
        try {
            made--;
        } finally {
            lock.unlock();
        }
    }

    private void arrive(Worker worker) {
        if (worker.woken) {
            worker.woken = false;
            onItsWay.set(false);
        }
    }

    private void rest(Worker worker, WorkerTask todo) {
        coping.rests();
        lock.lock();
        try {
            worker.signalled = false;
            idle.addLast(worker);
            idleCount = idle.size();
        } finally {
            lock.unlock();
        }
        if (todo.hasReady()) {
            wake(); // perhaps itself
        }
        while (!worker.signalled && !stopped) {
            LockSupport.park(this);
            // An interrupt that a handler left behind would make every park return at once.
            Thread.interrupted();
        }
    }

    private boolean retire() {
        lock.lock();
        try {
            if (made <= limit) {
                return false;
            }
            made--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resize(int concurrency) {
        lock.lock();
        try {
            wanted = concurrency;
            limit = concurrency;
        } finally {
            lock.unlock();
        }
        wake();
    }

    @Override
    public int inside(@Nullable Object scope) {
        int count = 0;
        for (Worker worker : workers) {
            Object in = worker.scope();
            if (in != null && (scope == null || in == scope)) {
                count++;
            }
        }
        return count;
    }

    @Override
    public void forEach(Consumer<? super Worker> visitor) {
        workers.forEach(visitor);
    }

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        long begin = time.nanos();
        while (!condition.getAsBoolean()) {
            long left = timeoutNanos - (time.nanos() - begin);
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, AWAIT_STEP_NANOS));
        }
        return true;
    }

    @Override
    public List<String> close(long timeoutNanos) {
        stopped = true;
        workers.forEach(worker -> LockSupport.unpark(worker.thread));
        await(() -> workers.isEmpty() && jobs.isEmpty(), timeoutNanos);
        List<String> left = new ArrayList<>();
        for (Worker worker : workers) {
            Thread thread = worker.thread;
            if (thread != null && thread.isAlive() && worker.scope() != null) { // others end by themselves
                left.add(thread.getName());
            }
        }
        for (Thread job : jobs) {
            if (job.isAlive()) {
                left.add(job.getName());
            }
        }
        return left;
    }
}
