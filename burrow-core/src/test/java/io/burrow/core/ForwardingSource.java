package io.burrow.core;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import java.time.Duration;
import java.util.Collection;

/** A source in front of another, for tests that change one call. */
public class ForwardingSource implements MessageSource<String, String> {
    private final MessageSource<String, String> inner;

    public ForwardingSource(MessageSource<String, String> inner) {
        this.inner = inner;
    }

    @Override
    public void open(PartitionListener listener) {
        inner.open(listener);
    }

    @Override
    public void poll(Duration timeout, RecordReceiver<String, String> receiver) {
        inner.poll(timeout, receiver);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        inner.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        inner.resume(partitions);
    }

    @Override
    public void wakeup() {
        inner.wakeup();
    }

    @Override
    public Duration maxPollInterval() {
        return inner.maxPollInterval();
    }

    @Override
    public long endOffset(TopicPartition partition) {
        return inner.endOffset(partition);
    }

    @Override
    public OffsetCommitter committer() {
        return inner.committer();
    }

    @Override
    public void close(Duration timeout) {
        inner.close(timeout);
    }
}
