package io.burrow.core.engine;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import java.time.Duration;
import java.util.Collection;

/** A source that never says or hears anything. */
final class QuietSource implements MessageSource<String, String> {
    @Override
    public void open(PartitionListener listener) {}

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {}

    @Override
    public void pause(Collection<TopicPartition> partitions) {}

    @Override
    public void resume(Collection<TopicPartition> partitions) {}

    @Override
    public void wakeup() {}

    @Override
    public Duration maxPollInterval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public OffsetCommitter committer() {
        throw new UnsupportedOperationException("committer");
    }

    @Override
    public void close(Duration timeout) {}
}
