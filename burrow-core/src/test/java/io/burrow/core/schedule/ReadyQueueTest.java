package io.burrow.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadyQueueTest {
    private static final class Item extends Entry {
        Item() {
            super(null);
        }
    }

    private final ReadyQueue queue = new ReadyQueue();

    @Test
    void runs_areTakenOneByOne_inTheOrderOfTheirUnits() {
        Item[] items = {new Item(), new Item(), new Item(), new Item()};
        queue.offer(new UnitRun(items[0], items[1]));
        queue.offer(new UnitRun(items[2]));
        assertThat(queue.poll(null)).isSameAs(items[0]);
        queue.offer(new UnitRun(items[3]));
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.poll(null)).isSameAs(items[1]);
        assertThat(queue.poll(null)).isSameAs(items[2]);
        assertThat(queue.poll(null)).isSameAs(items[3]);
        assertThat(queue.poll(null)).isNull();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();
    }

    @Test
    void whatGoesFirst_takesEveryOtherPlace() {
        Item[] items = {new Item(), new Item(), new Item(), new Item()};
        Item[] firsts = {new Item(), new Item(), new Item()};
        queue.offer(new UnitRun(items[0], items[1], items[2]));
        queue.offer(new UnitRun(items[3]));
        for (Item item : firsts) {
            queue.offerFirst(item);
        }
        assertThat(queue.size()).isEqualTo(7);
        assertThat(queue.poll(null)).isSameAs(firsts[0]);
        assertThat(queue.poll(null)).isSameAs(items[0]);
        assertThat(queue.poll(null)).isSameAs(firsts[1]);
        assertThat(queue.poll(null)).isSameAs(items[1]);
        assertThat(queue.poll(null)).isSameAs(firsts[2]);
        assertThat(queue.poll(null)).isSameAs(items[2]);
        assertThat(queue.poll(null)).isSameAs(items[3]);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll(null)).isNull();
    }

    @Test
    void whatGoesFirst_isTakenAlsoWhereThereIsNothingElse() {
        for (int i = 0; i < 5; i++) {
            Item item = new Item();
            queue.offerFirst(item);
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.poll(null)).isSameAs(item);
            assertThat(queue.poll(null)).isNull();
        }
        assertThat(queue.size()).isZero();
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomUse_isFirstInFirstOut_andCountsAll(long seed) {
        Random random = new Random(seed);
        Deque<Unit> expected = new ArrayDeque<>();
        int longest = 1 + random.nextInt(5);
        int bias = 10 + random.nextInt(60);
        for (int step = 0; step < 500; step++) {
            if (random.nextInt(100) < bias) {
                Item[] items = new Item[1 + random.nextInt(longest)];
                for (int i = 0; i < items.length; i++) {
                    items[i] = new Item();
                    expected.add(items[i]);
                }
                queue.offer(new UnitRun(items));
            } else {
                assertThat(queue.poll(null)).isSameAs(expected.poll());
            }
            assertThat(queue.size()).isEqualTo(expected.size());
            assertThat(queue.isEmpty()).isEqualTo(expected.isEmpty());
        }
    }
}
