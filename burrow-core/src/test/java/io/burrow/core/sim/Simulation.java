package io.burrow.core.sim;

import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.RecordedCommit;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A group of Burrows that meets everything in an order that one seed draws: records, turns, steps of workers,
 * completions, time, rebalances, crashes, failing commits, resets, holes. The engine is the real one; broker, clock and
 * workers are the shipped test kit's, and everything runs in the calling thread.
 *
 * <p>Invariants are checked after every event. At quiet points all that disturbs ends, and everything must become
 * finished and committed in time ({@link QuietPoint}). The same seed gives the same events, to the letter of the trace.
 * The class is long because every kind of event stands here, and draws from one random in one order.
 */
public final class Simulation implements World {
    static final List<String> TOPICS = List.of("t", "u");
    private static final int PARTITIONS = 2;
    private static final List<TopicPartition> ALL =
            TOPICS.stream().flatMap(Simulation::partitions).toList();
    private static final int MOST_MEMBERS = 3;
    private static final int MOST_STEPS = 6;

    private final Random random;
    private final Weather weather;
    private final @Nullable Consumer<? super String> trace;
    private final InMemoryBroker broker = new InMemoryBroker();
    private final TestClock clock = new TestClock();
    private final List<SimMember> members = new ArrayList<>();
    /** Those that crashed or ended: their stages may still complete. */
    private final List<SimMember> gone = new ArrayList<>();

    /** How many moved positions have not shown in a lower commit. */
    private final Map<TopicPartition, Integer> mayFall = new HashMap<>();

    private final Map<TopicPartition, BitSet> everDone = new HashMap<>();
    private @Nullable String firstViolation;
    private long events;
    private long movedNanos;
    private int names;
    private int commitsSeen;
    private int nested;
    /** Somebody's commit will be refused for good. */
    private boolean fenced;

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
        this(seed, null);
    }

    /**
     * Makes a simulation that tells what happens.
     *
     * @param seed what decides all that happens
     * @param trace takes each event; null for nobody
     */
    public Simulation(long seed, @Nullable Consumer<? super String> trace) {
        this.trace = trace;
        this.random = new Random(seed);
        this.weather = Weather.draw(random);
        TOPICS.forEach(topic -> broker.createTopic(topic, PARTITIONS));
        broker.protocol(SimMember.GROUP, weather.protocol());
        broker.metadataLimit(weather.committing().metadataLimit());
        note(weather.toString());
    }

    private static Stream<TopicPartition> partitions(String topic) {
        return IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i));
    }

    static List<TopicPartition> partitions() {
        return ALL;
    }

    /**
     * Runs it.
     *
     * @param draws how many times to draw what happens next
     * @throws AssertionError if an invariant does not hold
     */
    public void run(int draws) {
        int quietAt = random.nextInt(3) == 0 ? draws / 2 : draws;
        for (int i = 0; i < draws; i++) {
            if (i == quietAt) {
                quiet();
                members.forEach(SimMember::disturb);
            }
            if (members.isEmpty()) {
                join();
            } else {
                happen(members.get(random.nextInt(members.size())));
            }
            retire();
        }
        quiet();
    }

    /**
     * How many events there were: steps of loops, workers, handlers and time, and disturbances.
     *
     * @return a number of events
     */
    public long events() {
        return events;
    }

    // ---- events

    private void happen(SimMember member) {
        int draw = random.nextInt(100);
        if (draw < 20) {
            produce();
        } else if (draw < 45) {
            turn(member);
        } else if (draw < 65) {
            for (int i = random.nextInt(MOST_STEPS); i >= 0; i--) {
                step(member);
            }
        } else if (draw < 75) {
            complete();
        } else if (draw < 83) {
            pass();
        } else if (draw < 90) {
            disturbGroup(member);
        } else if (draw < 95) {
            disturbCommits(member);
        } else {
            steer(member);
        }
    }

    @Override
    public void meanwhile(SimMember member) {
        if (nested == 3) {
            return;
        }
        nested++;
        for (int i = random.nextInt(8); i >= 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> produce();
                case 1, 2 -> turn(member);
                case 3 -> step(member);
                case 4 -> complete();
                default -> pass();
            }
        }
        nested--;
    }

    @Override
    public void block(SimMember member) {
        nested++;
        for (int i = 0; i < 3; i++) {
            begin("block", member);
            pass(Weather.MOST_STUCK.toMillis());
            turn(member);
        }
        nested--;
    }

    private void turn(SimMember member) {
        if (member.canTurn()) {
            begin("turn", member);
            member.turn();
            check(member);
        }
    }

    private boolean step(SimMember member) {
        begin("step", member);
        boolean did = member.step();
        check(member);
        return did;
    }

    private void produce() {
        TopicPartition partition = partition();
        begin("produce", partition);
        String topic = partition.topic();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int key = random.nextInt(weather.keys() + 1);
            int kind = random.nextInt(25);
            if (kind == 0) {
                broker.skipOffsets(topic, partition.partition(), 1 + random.nextInt(3));
            } else if (kind == 1 && !weather.keepsUndecodable()) {
                broker.produceUndecodable(topic, partition.partition(), "k" + key);
            } else {
                broker.produce(topic, partition.partition(), key == 0 ? null : "k" + key, "value");
            }
        }
    }

    private void complete() {
        int index = random.nextInt(members.size() + gone.size());
        SimMember member = index < members.size() ? members.get(index) : gone.get(index - members.size());
        if (!member.handlers.isEmpty()) {
            begin("complete", member);
            member.handlers.finishOne();
            check(member);
        }
    }

    private void pass() {
        long millis = random.nextInt(4) == 0 ? random.nextInt(5_000) : random.nextInt(100);
        if (random.nextInt(200) == 0) {
            millis = Duration.ofHours(1 + random.nextInt(50)).toMillis();
        }
        begin("pass ms", millis);
        pass(millis);
    }

    void pass(long millis) {
        long before = clock.nanos();
        clock.advance(Duration.ofMillis(millis));
        movedNanos += clock.nanos() - before;
    }

    private void disturbGroup(SimMember member) {
        TopicPartition partition = partition();
        boolean live = broker.members(SimMember.GROUP).contains(member.name);
        int draw = random.nextInt(12);
        begin("group " + draw + " " + partition, member);
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
                member.close(Duration.ofMillis(random.nextInt(3) * 300L));
                check(member);
            }
            default -> {
                if (random.nextInt(3) == 0) {
                    member.mayHalt(ErrorCode.SOURCE_FAILED);
                    broker.faults().failNextPoll(member.name, new Planned());
                }
            }
        }
    }

    private void disturbCommits(SimMember member) {
        TopicPartition partition = partition();
        int draw = random.nextInt(10);
        begin("commits " + draw + " " + partition, member);
        switch (draw) {
            case 0 -> broker.faults().failNextCommit(SimMember.GROUP, CommitOutcome.RETRY);
            case 1 -> broker.faults().failNextCommit(SimMember.GROUP, partition, CommitOutcome.RETRY);
            case 2 -> broker.faults().failNextCommit(SimMember.GROUP, partition, CommitOutcome.REJECTED);
            case 3 -> broker.faults().loseNextCommitAnswer(SimMember.GROUP);
            case 4 -> broker.faults().holdAsyncCommits(SimMember.GROUP);
            case 5 -> broker.faults().releaseAsyncCommits(SimMember.GROUP);
            case 6 -> {
                long start = broker.startOffset(partition.topic(), partition.partition());
                long end = broker.endOffset(partition.topic(), partition.partition());
                broker.faults().resetPosition(member.name, partition, start + random.nextInt((int) (end - start) + 1));
            }
            case 7 -> {
                CommitPoint committed = broker.committed(SimMember.GROUP, partition);
                if (committed != null) {
                    broker.deleteRecordsBefore(
                            partition.topic(),
                            partition.partition(),
                            Math.min(
                                    broker.endOffset(partition.topic(), partition.partition()),
                                    committed.offset() + random.nextInt(4)));
                }
            }
            case 8 -> {
                if (random.nextInt(8) == 0) { // whoever commits next is told that it never can again
                    fenced = true;
                    members.forEach(each -> each.mayHalt(ErrorCode.COMMIT_FENCED));
                    broker.faults().failNextCommit(SimMember.GROUP, CommitOutcome.FATAL);
                }
            }
            default -> broker.faults().failNextCommit(SimMember.GROUP, CommitOutcome.REJECTED);
        }
    }

    private void steer(SimMember member) {
        int draw = random.nextInt(18);
        begin("steer " + draw, member);
        if (member.isOver()) {
            return;
        }
        switch (draw) {
            case 0 -> member.burrow().pause();
            case 1, 2 -> member.burrow().resume();
            case 3 -> member.burrow().pause(partition());
            case 4 -> member.burrow().resume(partition());
            case 5 -> member.sink.hold();
            case 6 -> member.sink.release();
            case 7 -> member.sink.failNext(1 + random.nextInt(2));
            case 8 -> member.sink.throwNext(1);
            case 9 -> member.sink.failHeld();
            case 10 -> member.handlers.completeLate();
            case 11, 12 -> member.unpark(random.nextBoolean());
            case 13 -> member.drain(Duration.ofMillis(random.nextInt(200)));
            default -> reconfigure(member);
        }
        check(member);
    }

    private void reconfigure(SimMember member) {
        int concurrency = weather.work().concurrency();
        switch (random.nextInt(4)) {
            case 0 -> {
                int records = concurrency + random.nextInt(weather.bounds().records() - concurrency + 1);
                member.burrow()
                        .reconfigure(c -> c.maxInFlightRecords(records)
                                .maxPartitionInFlightRecords(1 + random.nextInt(20))
                                .maxInFlightBytes(100 + random.nextInt(500))
                                .maxPartitionInFlightBytes(30 + random.nextInt(300))
                                .maxSpanRecords(64 + random.nextInt(64)));
            }
            case 1 -> member.burrow().setConcurrency(1 + random.nextInt(concurrency));
            case 2 ->
                member.burrow()
                        .reconfigure(c -> c.maxRecordsPerSecond(random.nextInt(2) * (20 + random.nextInt(200)))
                                .breakerFailurePercent(random.nextInt(2) * (20 + random.nextInt(80))));
            default ->
                member.burrow()
                        .reconfigure(c -> c.commitInterval(Duration.ofMillis(100 + random.nextInt(2_000)))
                                .stuckAfter(Duration.ofMillis(random.nextInt(2) * 1_000L)));
        }
    }

    private TopicPartition partition() {
        return ALL.get(random.nextInt(ALL.size()));
    }

    private void join() {
        if (members.size() < MOST_MEMBERS) {
            String name = "m" + ++names;
            begin("join", name);
            SimMember member = new SimMember(name, broker, clock, this);
            if (fenced) {
                member.mayHalt(ErrorCode.COMMIT_FENCED);
            }
            members.add(member);
        }
    }

    private void retire() {
        for (int i = members.size() - 1; i >= 0; i--) {
            if (members.get(i).isOver()) {
                gone.add(members.remove(i));
            }
        }
    }

    // ---- what members ask

    @Override
    public Weather weather() {
        return weather;
    }

    @Override
    public Random random() {
        return random;
    }

    @Override
    public long nanos() {
        return clock.nanos();
    }

    @Override
    public long ownNanos() {
        return clock.nanos() - movedNanos;
    }

    @Override
    public boolean traces() {
        return trace != null;
    }

    @Override
    public void note(String event) {
        if (trace != null) {
            trace.accept(event);
        }
    }

    @Override
    public void moved(TopicPartition partition) {
        mayFall.merge(partition, 1, Integer::sum);
    }

    @Override
    public BitSet everDone(TopicPartition partition) {
        return everDone.computeIfAbsent(partition, name -> new BitSet());
    }

    /** Notes what is wrong. It cannot be thrown where it is found: a handler's errors are the engine's to contain. */
    @Override
    public void violated(String what) {
        if (firstViolation == null) {
            firstViolation = what;
            note("VIOLATED " + what);
        }
    }

    // ---- checks

    private void begin(String event, Object about) {
        events++;
        if (trace != null) {
            trace.accept(event + " " + (about instanceof SimMember member ? member.name : about));
        }
    }

    private void check(SimMember member) {
        for (RecordedCommit commit : broker.commits(SimMember.GROUP, commitsSeen)) {
            commitsSeen++;
            if (trace != null) {
                trace.accept(commit.toString());
            }
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
        throwIfViolated(); // what comes of a violation must not hide it
        if (firstViolation == null) {
            member.check(nested == 0);
        }
        throwIfViolated();
    }

    private void throwIfViolated() {
        if (firstViolation != null && nested == 0) {
            throw new AssertionError(firstViolation);
        }
    }

    /** Ends all that disturbs; then everything there is must be finished and committed. */
    private void quiet() {
        note("quiet");
        broker.faults().clear(SimMember.GROUP);
        fenced = false;
        if (members.isEmpty()) {
            join();
        }
        gone.forEach(SimMember::heal);
        members.forEach(SimMember::heal);
        if (weather.failing().longDelays() || members.stream().anyMatch(SimMember::keepsParked)) {
            // what is parked, or was told to wait for long, comes again with the next assignment
            broker.members(SimMember.GROUP)
                    .forEach(each -> broker.faults().revoke(each, ALL.toArray(TopicPartition[]::new)));
        }
        new QuietPoint(this, broker, clock).await();
    }

    // ---- for the quiet point

    List<SimMember> members() {
        return members;
    }

    /** Lets every member do all that it can now. */
    void round() {
        for (int i = members.size() - 1; i >= 0; i--) {
            SimMember member = members.get(i);
            while (step(member)) {
                // until nothing is ready
            }
            turn(member);
            member.heal();
        }
        retire();
        if (members.isEmpty()) {
            join();
            members.forEach(SimMember::heal);
        }
    }
}
