package io.burrow.api;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A control that has settings and nothing else. */
record StubControl(BurrowConfig config) implements BurrowControl {
    @Override
    public BurrowState state() {
        return BurrowState.NEW;
    }

    @Override
    public Stats stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health health() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ParkedRecord> parked() {
        return List.of();
    }

    @Override
    public boolean retryParked(TopicPartition partition, long offset) {
        return false;
    }

    @Override
    public boolean deadLetterParked(TopicPartition partition, long offset) {
        return false;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void pause(TopicPartition partition) {}

    @Override
    public void resume(TopicPartition partition) {}

    @Override
    public BurrowConfig reconfigure(UnaryOperator<BurrowConfig.Builder> change) {
        return change.apply(config.toBuilder()).build();
    }

    @Override
    public boolean drain(Duration timeout) {
        return true;
    }
}
