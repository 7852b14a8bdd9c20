package io.burrow.core.sim;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.StuckAction;
import io.burrow.api.spi.Failure;
import io.burrow.core.sim.WatchedSource.WatchedMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of one member: they succeed, fail, take long, answer late or never, as the seed says, and watch that
 * nothing starts that may not: nothing that is done (I6), nothing whose assignment is over (I4), nothing before an
 * older record of its key or beside it (I5).
 */
final class SimHandlers {
    private final World world;
    private final SimMember member;
    private final Weather weather;
    private final Random random;
    private final boolean ordered;

    /** Attempts whose stage is not completed. */
    private final List<Running> running = new ArrayList<>();
    /** Stages of attempts that were given up. */
    private final List<CompletableFuture<Void>> late = new ArrayList<>();

    private final Set<List<Object>> busyKeys = new HashSet<>();
    /** Attempts of synchronous handlers that were given up while they ran. */
    private final Set<WatchedMessage> overrun = new HashSet<>();

    private final List<WatchedMessage> within = new ArrayList<>();
    private long begun;

    private record Running(WatchedMessage message, CompletableFuture<Void> stage, long startedNanos) {}

    SimHandlers(World world, SimMember member) {
        this.world = world;
        this.member = member;
        this.weather = world.weather();
        this.random = world.random();
        this.ordered = weather.work().ordering() != Ordering.UNORDERED;
    }

    /** How many attempts were begun. */
    long begun() {
        return begun;
    }

    // ---- what the engine calls

    void handle(Message<String, String> message) {
        WatchedMessage watched = (WatchedMessage) message;
        begin(watched);
        within.add(watched);
        takeTime();
        within.remove(watched);
        Throwable thrown = draw();
        end(watched, thrown);
        if (thrown != null) {
            Mishap.sneak(thrown);
        }
    }

    CompletionStage<?> handleAsync(Message<String, String> message) {
        if (member.isHealed() || random.nextInt(4) == 0) {
            handle(message);
            return CompletableFuture.completedStage(null);
        }
        WatchedMessage watched = (WatchedMessage) message;
        long started = world.nanos();
        begin(watched);
        within.add(watched);
        takeTime();
        within.remove(watched);
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (overrun.contains(watched)) { // its attempt was taken meanwhile: whatever completes the stage comes too late
            end(watched, null);
            late.add(stage);
        } else {
            running.add(new Running(watched, stage, started));
        }
        return stage;
    }

    List<Outcome> handleBatch(List<? extends Message<String, String>> messages) {
        if (messages.size() > Weather.MOST_IN_BATCH) {
            world.violated("a batch of " + messages.size() + " where " + Weather.MOST_IN_BATCH + " are allowed");
        }
        Throwable whole = random.nextInt(4) == 0 ? draw() : null;
        if (whole != null) {
            return failBatch(messages, whole);
        }
        Set<Object> broken = new HashSet<>();
        List<Outcome> outcomes = new ArrayList<>();
        Map<WatchedMessage, Optional<Throwable>> begun = new LinkedHashMap<>();
        for (Message<String, String> each : messages) {
            WatchedMessage message = (WatchedMessage) each;
            List<Object> key = key(message);
            if (key != null && broken.contains(key)) {
                // it follows a failed one of its key: whatever is answered, it must come again
                outcomes.add(random.nextBoolean() ? Outcome.success() : Outcome.failure(new Mishap.Skip()));
                continue;
            }
            begin(message, begun.keySet());
            Throwable thrown = draw();
            begun.put(message, Optional.ofNullable(thrown));
            if (thrown != null && key != null) {
                broken.add(key);
            }
            outcomes.add(thrown == null ? Outcome.success() : Outcome.failure(thrown));
        }
        within.addAll(begun.keySet());
        takeTime();
        within.removeAll(begun.keySet());
        endBatch(begun);
        return outcomes;
    }

    private void endBatch(Map<WatchedMessage, Optional<Throwable>> begun) {
        Set<Object> gone = new HashSet<>();
        begun.forEach((message, thrown) -> {
            List<Object> key = key(message);
            if (key != null && overrun.contains(message)) {
                gone.add(key);
            } else if (key != null && gone.contains(key)) {
                overrun.add(message); // it is run again, after the one that was given up
            }
            end(message, thrown.orElse(null));
        });
    }

    /** Nothing of the batch was done: it throws, or answers for others than were asked. */
    private List<Outcome> failBatch(List<? extends Message<String, String>> messages, Throwable thrown) {
        Set<Object> keys = new HashSet<>();
        for (Message<String, String> each : messages) {
            WatchedMessage message = (WatchedMessage) each;
            List<Object> key = key(message);
            if (key == null || keys.add(key)) {
                begin(message);
                end(message, thrown);
            }
        }
        if (random.nextBoolean()) {
            return List.of();
        }
        Mishap.sneak(thrown);
        return List.of();
    }

    private @Nullable Throwable draw() {
        return member.isHealed() || random.nextInt(100) >= weather.failing().percent()
                ? null
                : Mishap.draw(random, weather.failing());
    }

    /** Other things happen before this handler returns. */
    private void takeTime() {
        if (!member.isHealed() && random.nextInt(100) < weather.work().longPercent()) {
            if (random.nextInt(4) > 0) {
                world.meanwhile(member);
            } else {
                world.block(member);
            }
        }
    }

    // ---- what ends stages

    /** How many stages of living assignments are not completed. */
    int open() {
        int open = 0;
        for (Running each : running) {
            open += each.message.lease().closed ? 0 : 1;
        }
        return open;
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** Ends one of the stages that are open. */
    void finishOne() {
        Running ending = running.remove(random.nextInt(running.size()));
        finish(ending, draw());
    }

    /** Ends all of them well. */
    void finishAll() {
        while (!running.isEmpty()) {
            finish(running.remove(running.size() - 1), null);
        }
    }

    private void finish(Running ending, @Nullable Throwable thrown) {
        end(ending.message, thrown);
        if (thrown == null) {
            ending.stage.complete(null);
        } else {
            try {
                ending.stage.completeExceptionally(thrown);
            } catch (IllegalStateException e) {
                // the stage itself looks at what it is given
                if (!(thrown instanceof Mishap.Hostile)) {
                    throw e;
                }
            }
            Thread.interrupted(); // who ends a stage minds its own interrupts
        }
    }

    /** The engine gave an attempt up: what completes its stage later must change nothing. */
    void timedOut(Failure failure) {
        for (Running each : running) {
            WatchedMessage message = each.message;
            if (isOf(failure, message)) {
                running.remove(each);
                late.add(each.stage);
                end(message, failure.cause());
                return;
            }
        }
        for (WatchedMessage message : within) {
            if (isOf(failure, message)) {
                overrun.add(message);
                return;
            }
        }
        world.violated("a time-out of " + failure + ", which does not run");
    }

    private static boolean isOf(Failure failure, WatchedMessage message) {
        return message.topicPartition().equals(failure.partition())
                && message.offset() == failure.offset()
                && message.attempt() == failure.attempt()
                && !message.lease().closed;
    }

    /** Completes a stage that was given up. */
    void completeLate() {
        if (!late.isEmpty()) {
            CompletableFuture<Void> stage = late.remove(random.nextInt(late.size()));
            if (random.nextBoolean()) {
                stage.complete(null);
            } else {
                stage.completeExceptionally(new IllegalStateException("late"));
            }
        }
    }

    /**
     * Whether something of a lease runs, but for what may have been given up between its end and now, of which nobody
     * is told.
     */
    boolean runsIn(Lease lease, long ownNanos) {
        boolean excused = mayGiveUp() && ownNanos > lease.overNanos;
        return running.stream().anyMatch(each -> each.message.lease() == lease && !(excused && isStuck(each)));
    }

    /** What surely still runs of leases that are over: what may have been given up is left out. */
    List<WatchedMessage> runningOfFormer() {
        List<WatchedMessage> former = new ArrayList<>();
        for (Running each : running) {
            if (each.message.lease().isOver() && !(mayGiveUp() && isStuck(each))) {
                former.add(each.message);
            }
        }
        return former;
    }

    private boolean mayGiveUp() {
        StuckAction action = weather.failing().onStuck();
        return action == StuckAction.RETRY || action == StuckAction.DEAD_LETTER;
    }

    private boolean isStuck(Running each) {
        return world.nanos() - each.startedNanos >= Weather.LEAST_STUCK.toNanos();
    }

    // ---- what must hold

    private @Nullable List<Object> key(WatchedMessage message) {
        boolean free = !ordered || message.lease().isReleased(message.index());
        Object key = free ? null : message.lease().key(message.index());
        return key == null ? null : List.of(message.lease().partition, key);
    }

    private void begin(WatchedMessage message) {
        begin(message, List.of());
    }

    /** The same, together with others that were begun before it, and may have its key. */
    private void begin(WatchedMessage message, Collection<WatchedMessage> together) {
        begun++;
        if (world.traces()) {
            world.note(member.name + " begins " + message);
        }
        Lease lease = message.lease();
        lease.begin(message.index());
        if (lease.isDone(message.index())) {
            world.violated("I6: " + message + " is started though it was done");
        }
        if (lease.closed) {
            world.violated("I4: " + message + " is started though its assignment is over");
        }
        List<Object> key = key(message);
        if (key == null) {
            return;
        }
        long before = lease.unfinishedBefore(message.index());
        boolean follows = together.stream().anyMatch(each -> each.lease() == lease && each.offset() == before);
        if (before >= 0 && !follows) {
            world.violated("I5: " + message + " is started before " + before + " of the same key");
        }
        boolean shares = together.stream().anyMatch(each -> key.equals(key(each)));
        if (!shares && !busyKeys.add(key) && !gaveUpFormer(key)) {
            world.violated("I5: " + message + " overlaps another of its key");
        }
    }

    /**
     * Whether what is busy with a key is a stage of a former assignment that was stuck for long enough to be given up;
     * nobody is told of that.
     */
    private boolean gaveUpFormer(List<Object> key) {
        if (!mayGiveUp()) {
            return false;
        }
        for (Running each : running) {
            if (isStuck(each) && each.message.lease().closed && key.equals(key(each.message))) {
                running.remove(each);
                late.add(each.stage);
                return true;
            }
        }
        return false;
    }

    private void end(WatchedMessage message, @Nullable Throwable thrown) {
        if (world.traces()) {
            world.note(member.name + " ends " + message + (thrown == null ? "" : " with " + thrown.getClass()));
        }
        List<Object> key = key(message);
        if (key != null) {
            busyKeys.remove(key);
        }
        if (overrun.remove(message)) {
            return; // it comes too late
        }
        if (thrown == null) {
            message.lease().done(message.index());
        }
    }
}
