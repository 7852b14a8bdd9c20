package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TopicPartitionTest {
    @Test
    void isAKey() {
        assertThat(Map.of(new TopicPartition("a", 1), "x")).containsKey(new TopicPartition("a", 1));
        assertThat(new TopicPartition("a", 1)).isNotEqualTo(new TopicPartition("a", 2));
        assertThat(new TopicPartition("a", 1)).isNotEqualTo(new TopicPartition("b", 1));
    }

    @Test
    void compareTo_isByTopicThenByNumber() {
        TreeSet<TopicPartition> sorted = new TreeSet<>();
        sorted.add(new TopicPartition("b", 0));
        sorted.add(new TopicPartition("a", 10));
        sorted.add(new TopicPartition("a", 9));
        sorted.add(new TopicPartition("a", Integer.MAX_VALUE));
        sorted.add(new TopicPartition("a", 0));

        assertThat(sorted).extracting(Object::toString).containsExactly("a-0", "a-9", "a-10", "a-2147483647", "b-0");
    }

    @Test
    void impossible_isRefused() {
        assertThatThrownBy(() -> new TopicPartition(null, 0))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("topic");
        assertThatThrownBy(() -> new TopicPartition("", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topic must not be empty");
        assertThatThrownBy(() -> new TopicPartition("a", -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("partition must not be negative: -1");
    }
}
