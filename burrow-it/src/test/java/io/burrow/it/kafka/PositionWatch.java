package io.burrow.it.kafka;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes positions that moved other than by reading. */
final class PositionWatch implements BurrowListener {
    private final Queue<String> moves = new ConcurrentLinkedQueue<>();

    @Override
    public void positionReset(TopicPartition partition, long from, long to) {
        moves.add(partition.partition() + ": " + from + " -> " + to);
    }

    /** Each as {@code 0: 3 -> 6}: the partition, the position before and after. */
    List<String> moves() {
        return List.copyOf(moves);
    }
}
