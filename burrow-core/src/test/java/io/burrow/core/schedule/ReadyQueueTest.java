package io.burrow.core.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyQueueTest {
    private static final class Item extends Entry {
        Item() {
            super(null);
        }
    }

    @Test
    void whatDoesNotFit_isKept_andNothingYoungerPassesIt() {
        ReadyQueue queue = new ReadyQueue(2);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            items.add(new Item());
            queue.offer(items.get(i));
        }
        assertThat(queue.poll()).isSameAs(items.get(0));
        for (int i = 6; i < 9; i++) { // the array has room now
            items.add(new Item());
            queue.offer(items.get(i));
        }
        for (int i = 1; i < 9; i++) {
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.poll()).isSameAs(items.get(i));
        }
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        queue.offer(items.get(0));
        assertThat(queue.size()).isOne(); // in the array again
        assertThat(queue.poll()).isSameAs(items.get(0));
    }
}
