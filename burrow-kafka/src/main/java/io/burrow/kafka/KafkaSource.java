package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.PartitionListener;
import io.burrow.api.spi.RecordReceiver;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Reads topics as a member of a consumer group, under both group protocols ({@code classic} and {@code consumer}).
 *
 * <pre>{@code
 * KafkaSource<String, Order> source = KafkaSource.<String, Order>builder()
 *         .properties(Map.of("bootstrap.servers", "localhost:9092", "group.id", "orders"))
 *         .topics("orders")
 *         .keyDeserializer(new StringDeserializer())
 *         .valueDeserializer(new OrderDeserializer())
 *         .build();
 * }</pre>
 *
 * <p>A source is used by one Burrow, once. Every method but {@link #wakeup()} belongs to the loop thread.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
public final class KafkaSource<K, V> implements MessageSource<K, V> {
    private final SourceSettings settings;
    private final RecordDecoder<K, V> decoder;

    /** Written by the loop thread when it opens, read by any thread that wakes it. */
    private volatile @Nullable KafkaSession<K, V> session;

    private boolean opened;
    private boolean closed;

    KafkaSource(SourceSettings settings, RecordDecoder<K, V> decoder) {
        this.settings = settings;
        this.decoder = decoder;
    }

    /**
     * Begins to describe a source.
     *
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return a builder without any setting
     * @throws io.burrow.api.BurrowException {@link io.burrow.api.ErrorCode#CLIENT_TOO_OLD}
     */
    public static <K, V> KafkaSourceBuilder<K, V> builder() {
        ClientVersion.check(); // first of all: the builder's own types do not exist in every client
        return new KafkaSourceBuilder<>();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Makes the consumer, asks for the topics and the group's coordinator, and subscribes. Blocks for the open
     * timeout at most.
     *
     * @throws BurrowException {@link ErrorCode#BROKER_UNREACHABLE}, {@link ErrorCode#TOPIC_MISSING},
     *     {@link ErrorCode#NOT_AUTHORIZED}, or {@link ErrorCode#CONFIG_INVALID} if the client refuses its properties
     */
    @Override
    public void open(PartitionListener listener) {
        if (closed) {
            throw new BurrowException(ErrorCode.CLOSED, "this source was closed");
        }
        if (opened) {
            throw new BurrowException(ErrorCode.ALREADY_STARTED, "this source was opened before");
        }
        KafkaTransactions<?, ?> transactions = settings.transactions();
        if (transactions != null) {
            transactions.requireHandler();
        }
        opened = true;
        KafkaSession<K, V> started = new KafkaSession<>(settings, decoder, listener);
        session = started;
        started.subscribe();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Failures of the client that pass by themselves are logged, not thrown. After partitions came or went it may
     * still wait for the timeout, if there is nothing to hand over.
     */
    @Override
    public void poll(Duration timeout, RecordReceiver<K, V> receiver) {
        if (closed) {
            throw new BurrowException(ErrorCode.CLOSED, "this source was closed");
        }
        current().poll(timeout, receiver);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        current().pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        current().resume(partitions);
    }

    /** {@inheritDoc} Does nothing before {@link #open} and after {@link #close}. */
    @Override
    public void wakeup() {
        KafkaSession<K, V> current = session;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Returns the consumer's {@code max.poll.interval.ms}. */
    @Override
    public Duration maxPollInterval() {
        return settings.maxPollInterval();
    }

    /**
     * {@inheritDoc}
     *
     * <p>It is what came with the last fetch, and asked of the client at most once in a second: it stands still while a
     * partition is held back. For a reader of committed records it is where the first open transaction begins.
     */
    @Override
    public long endOffset(TopicPartition partition) {
        KafkaSession<K, V> current = session;
        return current == null || closed ? -1 : current.endOffset(partition);
    }

    /**
     * {@inheritDoc}
     *
     * <p>It also refuses to commit, for now, when the last poll is longer ago than {@link #maxPollInterval()}, and for
     * a second after such a gap or one in which the process did not run: the group may have put this member out, and
     * the broker does not always check.
     */
    @Override
    public OffsetCommitter committer() {
        return current().committer();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The timeout does not bound the callbacks made within it, and the client caps it by {@code request.timeout.ms}.
     * A failure is logged. The deserialisers are not closed: workers may still use them, and they belong to whoever
     * made them.
     */
    @Override
    public void close(Duration timeout) {
        closed = true;
        KafkaSession<K, V> current = session;
        if (current != null) {
            current.close(timeout);
        }
    }

    /** Also while it is closed and afterwards: callbacks are made within, and whoever is late has nothing to commit. */
    private KafkaSession<K, V> current() {
        KafkaSession<K, V> current = session;
        if (current == null) {
            throw new BurrowException(ErrorCode.NOT_STARTED, "this source was not opened");
        }
        return current;
    }

    /** Returns what it reads. */
    @Override
    public String toString() {
        return "KafkaSource of " + settings.subscription();
    }
}
