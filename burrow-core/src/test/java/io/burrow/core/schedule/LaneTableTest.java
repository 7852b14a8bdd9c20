package io.burrow.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Wait;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaneTableTest {
    private static final class Item extends Entry {
        final int key;
        final int number;

        Item(Lane lane, int key, int number) {
            super(lane);
            this.key = key;
            this.number = number;
        }
    }

    @Test
    void claim_ofTheFirstSlot_ownsTheLane_laterOnesAreLeftToTheOwner() {
        Lane lane = new LaneTable().lane("key");
        for (int i = 0; i < 3; i++) {
            lane.append(new Item(lane, 0, i));
        }
        assertThat(lane.size()).isEqualTo(3);
        assertThat(lane.claim()).isTrue();
        assertThat(((Item) lane.current()).number).isZero();
        assertThat(lane.claim()).isFalse(); // another worker took the second slot
        assertThat(lane.finish()).isTrue();
        assertThat(((Item) lane.current()).number).isOne();
        assertThat(lane.finish()).isFalse(); // the third slot is not taken yet: no turn for it
        assertThat(lane.claim()).isTrue();
        assertThat(((Item) lane.current()).number).isEqualTo(2);
        assertThat(lane.finish()).isFalse();
        assertThat(lane.size()).isZero();
        lane.append(new Item(lane, 0, 3));
        assertThat(lane.claim()).isTrue();
        assertThat(((Item) lane.current()).number).isEqualTo(3);
    }

    @Test
    void arraysOfBytes_areComparedByContent_andDifferFromOtherKeys() {
        LaneTable table = new LaneTable();
        Lane lane = table.lane("key".getBytes(StandardCharsets.UTF_8));
        lane.append(new Item(lane, 0, 0));
        assertThat(table.lane("key".getBytes(StandardCharsets.UTF_8))).isSameAs(lane);
        assertThat(table.lane("kex".getBytes(StandardCharsets.UTF_8))).isNotSameAs(lane);
        assertThat(table.lane("key")).isNotSameAs(lane);
        assertThat(table.lane()).isSameAs(table.lane());
    }

    /** What can be reached from an object, through the fields of this library's own classes, arrays and collections. */
    private static Set<Object> reachable(Object from) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Object next = open.remove();
            if (!seen.add(next)) {
                continue;
            }
            Stream<?> within = Stream.empty();
            if (next instanceof Object[] array) {
                within = Arrays.stream(array);
            } else if (next instanceof Collection<?> collection) {
                within = collection.stream();
            }
            within.filter(Objects::nonNull).forEach(open::add);
            for (Class<?> type = next.getClass();
                    type != null && type.getName().startsWith("io.burrow.");
                    type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        field.setAccessible(true);
                        Object value = field.get(next);
                        if (value != null) {
                            open.add(value);
                        }
                    }
                }
            }
        }
        return seen;
    }

    private static long count(Set<Object> all, Class<?> type) {
        return all.stream().filter(type::isInstance).count();
    }

    private static final class Key {
        final int number;

        Key(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return number;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.number == number;
        }
    }

    /** A key for each lane, and no more than its last entry. */
    private static void assertHeldByLanesInTheTable(LaneTable table) throws IllegalAccessException {
        Set<Object> reachable = reachable(table);
        assertThat(count(reachable, Key.class)).isEqualTo(table.size());
        assertThat(count(reachable, Item.class)).isEqualTo(table.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 15})
    void millionsOfKeysInARow_leaveNothingBehind(int idle) throws IllegalAccessException {
        LaneTable table = new LaneTable();
        table.allow(idle);
        List<WeakReference<Object>> samples = new ArrayList<>();
        int largest = 0;
        for (int i = 0; i < 10_000_000; i++) {
            Key key = new Key(i);
            Lane lane = table.lane(key);
            Item item = new Item(lane, i, 0);
            lane.append(item);
            lane.claim();
            lane.finish();
            largest = Math.max(largest, table.size());
            if (i % 100_000 == 0 || i > 9_999_000) {
                samples.add(new WeakReference<>(key));
                samples.add(new WeakReference<>(item));
            }
        }
        assertThat(largest).isLessThan(64 + 2 * idle);
        assertHeldByLanesInTheTable(table); // idle ones, which are looked at as time goes by
        for (int steps = 2 * table.buckets(); steps > 0; steps -= 8) {
            table.sweep(8);
        }
        assertThat(table.size()).isZero();
        assertThat(table.buckets()).isEqualTo(16);
        assertThat(changed(table)).isEmpty();
        // neither the table nor the lanes that it keeps for use hold a key or a record, and those are few
        assertHeldByLanesInTheTable(table);
        assertThat(count(reachable(table), Lane.class)).isPositive().isLessThanOrEqualTo(256);
        Wait.until("the keys and records are gone", () -> {
            System.gc();
            return samples.stream().allMatch(sample -> sample.refersTo(null));
        });
        Reference.reachabilityFence(table);
    }

    @Test
    void idleLanes_stayWhileTheyAreAllowed_andHoldNoEntryOnceTheyAreUsedAgain() {
        LaneTable table = new LaneTable();
        table.allow(100);
        List<Lane> lanes = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int key = 0; key < 90; key++) {
                Lane lane = table.lane(key);
                if (round == 0) {
                    lanes.add(lane);
                }
                assertThat(lane).isSameAs(lanes.get(key));
                Item item = new Item(lane, key, round);
                lane.append(item);
                assertThat(lane.claim()).isTrue();
                assertThat(lane.current()).isSameAs(item);
                assertThat(lane.finish()).isFalse();
            }
        }
        for (int key = 90; key < 1_000; key++) {
            Lane lane = table.lane(key);
            lane.append(new Item(lane, key, 0));
            lane.claim();
            lane.finish();
        }
        assertThat(table.size()).isLessThan(164);
    }

    @Test
    void lanesInUse_outliveEverySweep() {
        LaneTable table = new LaneTable();
        List<Lane> lanes = new ArrayList<>();
        for (int key = 0; key < 10_000; key++) {
            Lane lane = table.lane(key);
            lane.append(new Item(lane, key, 0));
            lanes.add(lane);
        }
        for (int i = 0; i < 10_000; i++) {
            table.sweep(8);
        }
        for (int key = 0; key < 10_000; key++) {
            assertThat(table.lane(key)).isSameAs(lanes.get(key));
        }
        lanes.forEach(lane -> {
            lane.claim();
            lane.finish();
        });
        for (int i = 0; i < 20_000; i++) {
            table.sweep(8);
        }
        assertThat(table.size()).isZero();
    }

    // ---- keys that change

    /** A key that says how often it was asked for its hash, and gives the one that a test wants. */
    private static final class Asked {
        int hash;
        int times;

        @Nullable
        Error failure;

        @Override
        public int hashCode() {
            times++;
            if (failure != null) {
                throw failure;
            }
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }
    }

    /** A record of a key comes, and ends. */
    private static void pass(LaneTable table, Object key) {
        Lane lane = table.lane(key);
        lane.append(new Item(lane, 0, 0));
        assertThat(lane.claim()).isTrue();
        assertThat(lane.finish()).isFalse();
    }

    private static List<Class<?>> changed(LaneTable table) {
        List<Class<?>> told = new ArrayList<>();
        table.tellChanged(told::add);
        return told;
    }

    private static void sweepAll(LaneTable table) {
        for (int i = table.buckets(); i > 0; i--) {
            table.sweep(table.buckets());
        }
        assertThat(table.size()).isZero();
    }

    @Test
    void keysThatChangeTheirHash_areToldOnceByTheirClass_andTheirLanesGoLikeOthers() {
        LaneTable table = new LaneTable();
        table.allow(1_000);
        for (int i = 0; i < 100; i++) {
            Asked key = new Asked();
            key.hash = i;
            pass(table, key);
            key.hash = -1 - i;
            List<Integer> numbers = new ArrayList<>(List.of(i));
            pass(table, numbers);
            numbers.add(1);
            pass(table, "constant " + i);
        }
        sweepAll(table);
        assertThat(changed(table)).containsExactlyInAnyOrder(Asked.class, ArrayList.class);
        assertThat(changed(table)).isEmpty();
    }

    @Test
    void keyWhoseHashThrowsWhenItsLaneIsRemoved_isTold_andTheLaneIsRemoved() {
        for (Error failure : List.of(new AssertionError("hashCode"), new StackOverflowError("of what holds itself"))) {
            LaneTable table = new LaneTable();
            Asked key = new Asked();
            pass(table, key);
            key.failure = failure;
            sweepAll(table);
            assertThat(changed(table)).containsExactly(Asked.class);
        }
    }

    /** Its record of before may still run, so that order is lost. */
    @Test
    void arrayOfBytesThatIsWrittenTo_isTold_whenTheNextRecordOfTheKeyFindsItsLaneNoMore() {
        LaneTable table = new LaneTable();
        byte[] key = {1, 2, 3};
        Lane lane = table.lane(key);
        lane.append(new Item(lane, 0, 0));
        key[0] = 9;
        assertThat(changed(table)).isEmpty();
        assertThat(table.lane(new byte[] {1, 2, 3})).isNotSameAs(lane);
        assertThat(changed(table)).containsExactly(byte[].class);
    }

    @Test
    void keysOfOneHash_areNotTakenForOnesThatChanged() {
        LaneTable table = new LaneTable();
        table.allow(1_000);
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        for (Object key : List.of("Aa", "BB", "AaAa", "BBBB", new byte[] {1, 0}, new byte[] {0, 31}, 66L, 66)) {
            pass(table, key);
        }
        sweepAll(table);
        assertThat(changed(table)).isEmpty();
    }

    @Test
    void keyIsAskedForItsHash_onceARecord_andOnceMoreWhenItsLaneIsRemoved() {
        LaneTable table = new LaneTable();
        Asked key = new Asked();
        for (int i = 1; i <= 100; i++) {
            pass(table, key);
            assertThat(key.times).isEqualTo(i);
        }
        sweepAll(table);
        assertThat(key.times).isEqualTo(101);
        assertThat(changed(table)).isEmpty();
    }

    // ---- random use

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomUse_keepsTheOrderOfEveryKey_andLosesNothing(long seed) {
        Random random = new Random(seed);
        LaneTable table = new LaneTable();
        Deque<Unit> ready = new ArrayDeque<>();
        Map<Integer, Integer> expected = new HashMap<>();
        Map<Integer, Integer> made = new HashMap<>();
        int keys = 1 + random.nextInt(200);
        int open = 0;
        for (int step = 0; step < 5_000; step++) {
            if (random.nextInt(100) < 50) {
                int key = random.nextInt(keys);
                Lane lane = table.lane(new byte[] {(byte) key});
                lane.append(new Item(lane, key, made.merge(key, 1, Integer::sum) - 1));
                ready.add(lane);
                open++;
            } else if (random.nextInt(5) == 0) {
                table.sweep(1 + random.nextInt(8));
            } else if (!ready.isEmpty()) {
                open -= work(ready.remove(), ready, random.nextBoolean(), expected);
            }
        }
        while (!ready.isEmpty()) {
            open -= work(ready.remove(), ready, random.nextBoolean(), expected);
        }
        assertThat(open).isZero();
    }

    /**
     * Runs what a unit leads to; hands the lane on in the middle if told to. Returns how many records were finished.
     */
    private static int work(Unit unit, Deque<Unit> ready, boolean handOn, Map<Integer, Integer> expected) {
        Lane lane;
        if (unit instanceof Lane slot) {
            if (!slot.claim()) {
                return 0;
            }
            lane = slot;
        } else {
            lane = ((Item) unit).lane();
        }
        int finished = 0;
        while (true) {
            Item item = (Item) lane.current();
            assertThat(item.number).isEqualTo(expected.merge(item.key, 1, Integer::sum) - 1);
            finished++;
            if (!lane.finish()) {
                return finished;
            }
            if (handOn) {
                ready.add(lane.current());
                return finished;
            }
        }
    }

    /** One thread appends and sweeps, others work the lanes off: order of a key, and nothing lost, under real races. */
    @Test
    void workersAgainstTheLoop_keepTheOrderOfEveryKey() throws Exception {
        int records = 1_500_000;
        int keys = 97;
        LaneTable table = new LaneTable();
        ReadyQueue ready = new ReadyQueue();
        int[] last = new int[keys];
        AtomicLong done = new AtomicLong();
        AtomicLong broken = new AtomicLong();
        ExecutorService workers = Executors.newFixedThreadPool(3);
        for (int w = 0; w < 3; w++) {
            workers.execute(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Unit unit = ready.poll(null);
                    if (unit == null) {
                        Thread.onSpinWait();
                        continue;
                    }
                    if (unit instanceof Lane slot && !slot.claim()) {
                        continue;
                    }
                    Lane lane = unit instanceof Lane slot ? slot : ((Item) unit).lane();
                    boolean more = true;
                    for (int turn = 0; more && turn < 3; turn++) {
                        Item item = (Item) lane.current();
                        if (last[item.key]++ != item.number) { // plain: the lane alone keeps others away
                            broken.incrementAndGet();
                        }
                        more = lane.finish();
                        if (more && turn == 2) {
                            ready.offerFirst(lane.current()); // hands the lane on
                        }
                        done.incrementAndGet();
                    }
                }
            });
        }
        try {
            int[] next = new int[keys];
            Random random = new Random(7);
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            for (int i = 0; i < records; i++) {
                while (i - done.get() > 200) {
                    table.sweep(4);
                }
                int key = random.nextInt(keys);
                Lane lane = table.lane(key);
                lane.append(new Item(lane, key, next[key]++));
                ready.offer(new UnitRun(lane));
            }
            while (done.get() < records && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(done.get()).isEqualTo(records);
            assertThat(broken.get()).isZero();
        } finally {
            workers.shutdownNow();
            assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
