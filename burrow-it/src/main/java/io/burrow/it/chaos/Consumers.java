package io.burrow.it.chaos;

import io.burrow.it.chaos.member.MemberSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The consumer processes of a phase. Each has a slot; when one is killed another one takes it. A fault has its slot for
 * itself while it lasts. Any thread.
 */
final class Consumers {

    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(60);

    private final Class<?> main;
    private final MemberSettings settings;
    private final Path logs;
    private final List<Slot> slots = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();

    /** A place for a process. */
    final class Slot {
        private final int number;
        private final ReentrantLock lock = new ReentrantLock();
        private volatile MemberProcess process;

        Slot(int number) {
            this.number = number;
            this.process = launch(number);
        }

        int number() {
            return number;
        }

        MemberProcess process() {
            return process;
        }

        void replace() {
            process = launch(number);
        }
    }

    Consumers(Class<?> main, MemberSettings settings, Path logs, int count) {
        this.main = main;
        this.settings = settings;
        this.logs = logs;
        for (int number = 1; number <= count; number++) {
            slots.add(new Slot(number));
        }
    }

    private MemberProcess launch(int number) {
        MemberProcess process = MemberProcess.start(main, settings, logs.resolve("consumer-" + number + ".log"));
        process.join(newName());
        return process;
    }

    /** The name of a member that never was before. */
    String newName() {
        return "m" + names.incrementAndGet();
    }

    /**
     * Does something to a slot that nothing else is done to, the wanted one if it is free. Returns whether there was
     * one.
     */
    boolean withSlot(int target, Consumer<Slot> action) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get((target + i) % slots.size());
            if (slot.lock.tryLock()) {
                try {
                    action.accept(slot);
                    return true;
                } finally {
                    slot.lock.unlock();
                }
            }
        }
        return false;
    }

    /** The process of a slot, whatever is done to it. */
    MemberProcess process(int target) {
        return slots.get(target % slots.size()).process();
    }

    /** Replaces processes that ended by themselves; returns how many. */
    int revive() {
        int dead = 0;
        for (Slot slot : slots) {
            if (!slot.process().isAlive()) {
                slot.replace();
                dead++;
            }
        }
        return dead;
    }

    void show() {
        slots.forEach(slot -> slot.process().show());
    }

    /** Has all members leave in order; returns how many processes did not manage to. */
    int stop() {
        int late = 0;
        for (Slot slot : slots) {
            if (!slot.process().stop(LEAVE_LIMIT)) {
                late++;
            }
        }
        return late;
    }

    void kill() {
        slots.forEach(slot -> slot.process().kill());
    }
}
