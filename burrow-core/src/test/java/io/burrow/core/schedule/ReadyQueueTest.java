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

    @Test
    void whatDoesNotFitTheArray_isNotOvertaken() {
        ReadyQueue queue = new ReadyQueue(2);
        Item[] items = {new Item(), new Item(), new Item(), new Item()};
        queue.offer(items[0]);
        queue.offer(items[1]);
        queue.offer(items[2]);
        assertThat(queue.poll()).isSameAs(items[0]);
        queue.offer(items[3]); // the array has room again, but the third waits beside it
        assertThat(queue.poll()).isSameAs(items[1]);
        assertThat(queue.poll()).isSameAs(items[2]);
        assertThat(queue.poll()).isSameAs(items[3]);
        assertThat(queue.poll()).isNull();
    }

    @Test
    void whatGoesFirst_takesEveryOtherPlace() {
        ReadyQueue queue = new ReadyQueue(2);
        Item[] items = {new Item(), new Item(), new Item(), new Item()};
        Item[] firsts = {new Item(), new Item(), new Item()};
        for (Item item : items) {
            queue.offer(item);
        }
        for (Item item : firsts) {
            queue.offerFirst(item);
        }
        assertThat(queue.size()).isEqualTo(7);
        assertThat(queue.poll()).isSameAs(firsts[0]);
        assertThat(queue.poll()).isSameAs(items[0]);
        assertThat(queue.poll()).isSameAs(firsts[1]);
        assertThat(queue.poll()).isSameAs(items[1]);
        assertThat(queue.poll()).isSameAs(firsts[2]);
        assertThat(queue.poll()).isSameAs(items[2]);
        assertThat(queue.poll()).isSameAs(items[3]);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void whatGoesFirst_isTakenAlsoWhereThereIsNothingElse() {
        ReadyQueue queue = new ReadyQueue(2);
        for (int i = 0; i < 5; i++) {
            Item item = new Item();
            queue.offerFirst(item);
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.poll()).isSameAs(item);
            assertThat(queue.poll()).isNull();
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
        ReadyQueue queue = new ReadyQueue(1 + random.nextInt(8));
        Deque<Unit> expected = new ArrayDeque<>();
        int bias = 30 + random.nextInt(40);
        for (int step = 0; step < 500; step++) {
            if (random.nextInt(100) < bias) {
                Item item = new Item();
                queue.offer(item);
                expected.add(item);
            } else {
                assertThat(queue.poll()).isSameAs(expected.poll());
            }
            assertThat(queue.size()).isEqualTo(expected.size());
            assertThat(queue.isEmpty()).isEqualTo(expected.isEmpty());
        }
    }
}
