package io.burrow.it.bench.arm;

import io.burrow.api.BurrowConfig;
import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.Ordering;
import io.burrow.api.WorkerThreads;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaSourceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A Burrow. It counts for itself: a counter in the handler would be a part of what is measured. */
final class BurrowArm implements Arm {

    /** The largest number of partitions of a case. */
    private static final int PARTITIONS = 8;

    private static final long BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(Work.BACKOFF_MILLIS);

    private final Burrow<byte[], byte[]> burrow;
    private final @Nullable Latency latency;

    BurrowArm(ArmSettings settings, List<BurrowListener> listeners) {
        Consumption consumption = settings.consumption();
        Work work = consumption.work();
        KafkaSourceBuilder<byte[], byte[]> source = KafkaSource.<byte[], byte[]>builder()
                .properties(settings.consumerProperties())
                .topics(settings.topic())
                .keyDeserializer(new ByteArrayDeserializer())
                .valueDeserializer(new ByteArrayDeserializer());
        MessageHandler<byte[], byte[]> handler;
        if (consumption.timed()) {
            latency = new Latency();
            Arrivals arrivals = new Arrivals(PARTITIONS);
            source.consumerFactory(arrivals::consumer);
            handler = timed(work, arrivals, latency);
        } else if (work.kind() == Work.Kind.FAIL) {
            latency = new Latency();
            handler = failing(work, latency);
        } else {
            latency = null;
            handler = work.kind() == Work.Kind.NONE ? message -> {} : message -> run(work, message);
        }
        BurrowBuilder<byte[], byte[]> builder = Burrow.<byte[], byte[]>builder()
                .source(source.build())
                .handler(handler)
                .config(config -> configure(config, consumption));
        listeners.forEach(builder::listener);
        burrow = builder.build();
        burrow.start();
    }

    private static BurrowConfig.Builder configure(BurrowConfig.Builder config, Consumption consumption) {
        config.ordering(Ordering.valueOf(consumption.order().name()))
                .concurrency(consumption.concurrency())
                .workerThreads(WorkerThreads.valueOf(consumption.threads().name()))
                .backoff(BackoffStrategy.fixed(Duration.ofMillis(Work.BACKOFF_MILLIS)));
        if (consumption.commitMillis() > 0) {
            config.commitInterval(Duration.ofMillis(consumption.commitMillis()))
                    .minCommitInterval(Duration.ofMillis(Math.min(100, consumption.commitMillis())));
        }
        if (consumption.buffered() > 0) {
            config.maxInFlightRecords(consumption.buffered())
                    .maxPartitionInFlightRecords(consumption.buffered())
                    .maxInFlightBytes(1L << 30)
                    .maxPartitionInFlightBytes(1L << 30);
        }
        return config;
    }

    /** Times each record from its poll to here. */
    private static MessageHandler<byte[], byte[]> timed(Work work, Arrivals arrivals, Latency latency) {
        return message -> {
            latency.add(System.nanoTime() - arrivals.nanos(message.partition(), message.offset()));
            run(work, message);
        };
    }

    /** Times how much later than due a second attempt begins. */
    private static MessageHandler<byte[], byte[]> failing(Work work, Latency latency) {
        Map<Long, Long> failedNanos = new ConcurrentHashMap<>();
        return message -> {
            if (work.fails(message.offset(), message.attempt())) {
                failedNanos.put(place(message), System.nanoTime());
            } else if (message.attempt() > 1) {
                Long failed = failedNanos.remove(place(message));
                if (failed != null) {
                    latency.add(System.nanoTime() - failed - BACKOFF_NANOS);
                }
            }
            run(work, message);
        };
    }

    private static long place(Message<byte[], byte[]> message) {
        return message.offset() * PARTITIONS + message.partition();
    }

    private static void run(Work work, Message<byte[], byte[]> message) throws InterruptedException {
        work.run(message.partition(), message.offset(), message.attempt());
    }

    @Override
    public long records() {
        if (burrow.state().isTerminal()) {
            throw new IllegalStateException(
                    "Burrow stopped: " + burrow.state(), burrow.health().cause());
        }
        return burrow.stats().processed();
    }

    @Override
    public long held() {
        return burrow.stats().inFlight();
    }

    @Override
    public @Nullable Latency latency() {
        return latency;
    }
}
