package io.burrow.core.sim;

import io.burrow.api.ParkedRecord;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.RecordedCommit;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group of Burrows that meets everything in an order that one seed draws: records, turns, steps, completions, time,
 * rebalances, crashes, failing commits, resets, holes. Invariants are checked after every event; at the end all that
 * disturbs ends, and everything must become finished and committed (I8).
 */
public final class Simulation {
    static final int PARTITIONS = 3;
    private static final int MOST_MEMBERS = 3;
    private static final int ROUNDS = 400;
    private static final int MOST_NOTED = 40;

    private final long seed;
    private final Random random;
    private final Weather weather;
    private final InMemoryBroker broker = new InMemoryBroker().createTopic(SimMember.TOPIC, PARTITIONS);
    private final TestClock clock = new TestClock();
    private final List<SimMember> members = new ArrayList<>();
    /** Those that crashed or ended: their stages may still complete. */
    private final List<SimMember> gone = new ArrayList<>();

    /** How many moved positions have not shown in a lower commit. */
    private final Map<TopicPartition, Integer> mayFall = new HashMap<>();

    private final Map<TopicPartition, Set<Long>> everDone = new HashMap<>();
    private final Deque<String> log = new ArrayDeque<>();
    private final Consumer<String> trace;
    private @Nullable String firstViolation;
    private int names;
    private int commitsSeen;

    /** A failure that the simulation meant. */
    static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Makes a simulation.
     *
     * @param seed what decides all that happens
     */
    public Simulation(long seed) {
        this(seed, event -> {});
    }

    /**
     * Makes a simulation that tells what happens.
     *
     * @param seed what decides all that happens
     * @param trace takes each event
     */
    public Simulation(long seed, Consumer<String> trace) {
        this.seed = seed;
        this.trace = trace;
        this.random = new Random(seed);
        this.weather = Weather.draw(random);
        broker.protocol(SimMember.GROUP, weather.protocol());
    }

    /**
     * Runs it, to an {@link AssertionError} that names the seed if anything is wrong.
     *
     * @param events how many events to draw before all that disturbs ends
     */
    public void run(int events) {
        try {
            for (int i = 0; i < events; i++) {
                event();
                check();
            }
            note("heal");
            heal();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ": " + e.getMessage() + "\n" + weather + "\n" + String.join(", ", log), e);
        }
    }

    private void note(String event) {
        if (log.size() == MOST_NOTED) {
            log.removeFirst();
        }
        log.addLast(event);
        trace.accept(event);
    }

    // ---- events

    private void event() {
        if (members.isEmpty()) {
            join();
            return;
        }
        SimMember member = members.get(random.nextInt(members.size()));
        int draw = random.nextInt(100);
        if (draw < 20) {
            produce();
        } else if (draw < 45) {
            note("turn " + member.name);
            member.burrow.turn();
        } else if (draw < 65) {
            int steps = 1 + random.nextInt(6);
            note("step " + member.name + " x" + steps);
            for (int i = 0; i < steps; i++) {
                member.burrow.workers().step();
            }
        } else if (draw < 75) {
            complete();
        } else if (draw < 83) {
            Duration time = Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(5_000) : random.nextInt(100));
            if (random.nextInt(200) == 0) {
                time = Duration.ofHours(1 + random.nextInt(50));
            }
            note("time " + time);
            clock.advance(time);
        } else if (draw < 90) {
            disturbGroup(member);
        } else if (draw < 95) {
            disturbCommits(member);
        } else {
            steer(member);
        }
        retire();
    }

    private void produce() {
        int partition = random.nextInt(PARTITIONS);
        for (int i = random.nextInt(6); i >= 0; i--) {
            int key = random.nextInt(weather.keys() + 1);
            int kind = random.nextInt(25);
            switch (kind == 1 && weather.parks() ? 2 : kind) { // one that cannot be read would stay parked for ever
                case 0 -> broker.skipOffsets(SimMember.TOPIC, partition, 1 + random.nextInt(3));
                case 1 -> broker.produceUndecodable(SimMember.TOPIC, partition, "k" + key);
                default -> broker.produce(SimMember.TOPIC, partition, key == 0 ? null : "k" + key, "value");
            }
        }
        note("produce " + partition + " -> " + broker.endOffset(SimMember.TOPIC, partition));
    }

    private void complete() {
        List<SimMember> all = new ArrayList<>(members);
        all.addAll(gone);
        SimMember member = all.get(random.nextInt(all.size()));
        if (!member.running.isEmpty()) {
            int index = random.nextInt(member.running.size());
            boolean fails = random.nextInt(100) < weather.failures();
            note((fails ? "fail " : "succeed ") + member.name + " "
                    + member.running.get(index).message());
            if (fails) {
                member.fail(index);
            } else {
                member.succeed(index);
            }
        }
    }

    private void disturbGroup(SimMember member) {
        TopicPartition partition = partition();
        boolean live = broker.members(SimMember.GROUP).contains(member.name);
        int draw = random.nextInt(12);
        note("group " + draw + " " + member.name + " " + partition);
        switch (draw) {
            case 0, 1 -> broker.faults().rebalance(SimMember.GROUP);
            case 2 -> broker.faults().rotate(SimMember.GROUP);
            case 3, 4 -> {
                if (live) {
                    broker.faults().revoke(member.name, partition);
                }
            }
            case 5 -> {
                if (live) {
                    broker.faults().move(member.name, partition);
                }
            }
            case 6 -> {
                if (live) {
                    broker.faults().expire(member.name);
                }
            }
            case 7 -> {
                if (random.nextInt(2) == 0) {
                    broker.faults().crash(member.name);
                    members.remove(member);
                    gone.add(member);
                }
            }
            case 8, 9 -> join();
            case 10 -> {
                member.burrow.close(Duration.ZERO);
                check();
            }
            default -> {
                if (random.nextInt(3) == 0) {
                    broker.faults().failNextPoll(member.name, new Planned());
                }
            }
        }
    }

    private void disturbCommits(SimMember member) {
        TopicPartition partition = partition();
        int draw = random.nextInt(9);
        note("commits " + draw + " " + member.name + " " + partition);
        switch (draw) {
            case 0 -> broker.faults().failNextCommit(SimMember.GROUP, CommitOutcome.RETRY);
            case 1 -> broker.faults().failNextCommit(SimMember.GROUP, partition, CommitOutcome.RETRY);
            case 2 -> broker.faults().failNextCommit(SimMember.GROUP, partition, CommitOutcome.REJECTED);
            case 3 -> broker.faults().loseNextCommitAnswer(SimMember.GROUP);
            case 4 -> broker.faults().holdAsyncCommits(SimMember.GROUP);
            case 5 -> broker.faults().releaseAsyncCommits(SimMember.GROUP);
            case 6 -> {
                long start = broker.startOffset(SimMember.TOPIC, partition.partition());
                long end = broker.endOffset(SimMember.TOPIC, partition.partition());
                broker.faults().resetPosition(member.name, partition, start + random.nextInt((int) (end - start) + 1));
            }
            case 7 -> {
                CommitPoint committed = broker.committed(SimMember.GROUP, partition);
                if (committed != null) {
                    broker.deleteRecordsBefore(
                            SimMember.TOPIC,
                            partition.partition(),
                            Math.min(
                                    broker.endOffset(SimMember.TOPIC, partition.partition()),
                                    committed.offset() + random.nextInt(4)));
                }
            }
            default -> broker.faults().failNextCommit(SimMember.GROUP, CommitOutcome.REJECTED);
        }
    }

    private void steer(SimMember member) {
        int draw = random.nextInt(15);
        note("steer " + draw + " " + member.name);
        switch (draw) {
            case 0 -> member.burrow.burrow().pause();
            case 1, 2 -> member.burrow.burrow().resume();
            case 3 -> member.burrow.burrow().pause(partition());
            case 4 -> member.burrow.burrow().resume(partition());
            case 5 -> member.sink.hold();
            case 6 -> member.sink.release();
            case 7 -> member.sink.failNext(1 + random.nextInt(2));
            case 8 -> member.sink.throwNext(1);
            case 9 -> member.completeLate();
            case 10, 11 -> {
                List<ParkedRecord> parked = member.burrow.burrow().parked();
                if (!parked.isEmpty() && !member.isOver()) {
                    ParkedRecord one = parked.get(random.nextInt(parked.size()));
                    if (random.nextBoolean()) {
                        member.burrow.burrow().retryParked(one.partition(), one.offset());
                    } else {
                        member.burrow.burrow().deadLetterParked(one.partition(), one.offset());
                    }
                }
            }
            case 12 -> member.drain();
            case 13 -> {
                int records = weather.concurrency() + random.nextInt(weather.maxInFlight() - weather.concurrency() + 1);
                member.burrow
                        .burrow()
                        .reconfigure(c -> c.maxInFlightRecords(records)
                                .maxPartitionInFlightRecords(1 + random.nextInt(20))
                                .maxSpanRecords(64 + random.nextInt(64)));
            }
            default -> {
                int concurrency = 1 + random.nextInt(weather.concurrency());
                member.burrow.burrow().reconfigure(c -> c.concurrency(concurrency));
            }
        }
    }

    private TopicPartition partition() {
        return new TopicPartition(SimMember.TOPIC, random.nextInt(PARTITIONS));
    }

    private void join() {
        if (members.size() < MOST_MEMBERS) {
            String name = "m" + ++names;
            note("join " + name);
            members.add(new SimMember(name, broker, clock, weather, random, this::violated, this::moved, everDone));
        }
    }

    private void retire() {
        for (SimMember member : List.copyOf(members)) {
            if (member.isOver()) {
                members.remove(member);
                gone.add(member);
            }
        }
    }

    // ---- checks

    private void check() {
        for (RecordedCommit commit : broker.commits(SimMember.GROUP, commitsSeen)) {
            commitsSeen++;
            if (commit.lowered() && mayFall.merge(commit.partition(), -1, Integer::sum) < 0) {
                violated("I2: the committed offset fell: " + commit);
            }
            // what is sent is checked where it is sent; of what arrives late only a repetition is harmless
            boolean repeats = commit.previous() != null
                    && commit.point().offset() == commit.previous().offset();
            if (commit.stored() && !commit.owned() && !repeats) {
                violated("I3: stored without owning: " + commit);
            }
        }
        members.forEach(SimMember::checkStats);
        if (firstViolation != null) {
            throw new AssertionError(firstViolation);
        }
    }

    private void moved(TopicPartition partition) {
        mayFall.merge(partition, 1, Integer::sum);
    }

    /** Notes what is wrong. It cannot be thrown where it is found: a handler's errors are the engine's to contain. */
    private void violated(String what) {
        if (firstViolation == null) {
            firstViolation = what;
        }
    }

    /** Ends all that disturbs; then everything there is must be finished and committed. */
    private void heal() {
        broker.faults().releaseAsyncCommits(SimMember.GROUP);
        if (members.isEmpty()) {
            join();
        }
        gone.forEach(SimMember::heal);
        members.forEach(SimMember::heal);
        if (weather.parks()) { // what is parked comes again with the next assignment
            broker.members(SimMember.GROUP)
                    .forEach(each ->
                            broker.faults().revoke(each, broker.assignment(each).toArray(TopicPartition[]::new)));
        }
        int round = 0;
        while (broker.lag(SimMember.GROUP) > 0 || round < 3) {
            if (++round > ROUNDS) {
                throw new AssertionError("I8: " + broker.lag(SimMember.GROUP) + " offsets are left: " + where());
            }
            for (SimMember member : List.copyOf(members)) {
                while (member.burrow.workers().step()) {
                    // until nothing is ready
                }
                member.burrow.turn();
                member.heal();
                check();
            }
            retire();
            if (members.isEmpty()) {
                join();
                members.forEach(SimMember::heal);
            }
            clock.advance(Duration.ofMillis(100));
        }
    }

    private String where() {
        StringBuilder where = new StringBuilder();
        for (TopicPartition partition : broker.partitions(SimMember.TOPIC)) {
            where.append('\n').append(partition).append(' ').append(broker.lag(SimMember.GROUP, partition));
        }
        for (SimMember member : members) {
            where.append('\n')
                    .append(member.name)
                    .append(' ')
                    .append(member.burrow.burrow().state());
            where.append(' ').append(member.burrow.burrow().stats());
        }
        return where.toString();
    }
}
