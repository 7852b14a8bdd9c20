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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A Burrow. It counts for itself: a counter in the handler would be a part of what is measured. */
final class BurrowArm implements Arm {

    /** The largest number of partitions of a case. */
    private static final int PARTITIONS = 8;

    private static final long BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(Work.BACKOFF_MILLIS);

    private final List<Burrow<byte[], byte[]>> burrows = new ArrayList<>();
    private final Handling handling;
    private final @Nullable Latency latency;

    BurrowArm(ArmSettings settings, List<BurrowListener> listeners) {
        this(settings, listeners, 1);
    }

    /** So many in one group, which share the concurrency, and begin when each has its partitions. */
    BurrowArm(ArmSettings settings, List<BurrowListener> listeners, int count) {
        Work work = settings.consumption().work();
        handling = settings.handling();
        MessageHandler<byte[], byte[]> handler;
        if (work.kind() == Work.Kind.FAIL) {
            latency = new Latency();
            handler = failing(work, latency);
        } else {
            latency = handling.latency();
            handler = handling.isNothing()
                    ? message -> {}
                    : message -> handling.run(message.partition(), message.offset(), message.attempt());
        }
        for (int i = 0; i < count; i++) {
            burrows.add(burrow(settings, handler, listeners, count));
        }
        burrows.forEach(Burrow::start);
        if (count > 1) {
            burrows.forEach(Burrow::pause);
            awaitShares();
            burrows.forEach(Burrow::resume);
        }
    }

    private void awaitShares() {
        long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (burrows.stream().anyMatch(each -> each.stats().partitions().size() != PARTITIONS / burrows.size())) {
            if (System.nanoTime() > patience) {
                throw new IllegalStateException("the partitions were not shared within a minute");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private Burrow<byte[], byte[]> burrow(
            ArmSettings settings, MessageHandler<byte[], byte[]> handler, List<BurrowListener> listeners, int count) {
        BurrowBuilder<byte[], byte[]> builder = Burrow.<byte[], byte[]>builder()
                .source(KafkaSource.<byte[], byte[]>builder()
                        .properties(settings.consumerProperties())
                        .consumerFactory(handling::consumer)
                        .topics(settings.topic())
                        .keyDeserializer(new ByteArrayDeserializer())
                        .valueDeserializer(new ByteArrayDeserializer())
                        .build())
                .handler(handler)
                .config(config -> configure(config, settings.consumption())
                        .concurrency(settings.consumption().concurrency() / count));
        listeners.forEach(builder::listener);
        return builder.build();
    }

    private static BurrowConfig.Builder configure(BurrowConfig.Builder config, Consumption consumption) {
        config.ordering(Ordering.valueOf(consumption.order().name()))
                .concurrency(consumption.concurrency())
                .workerThreads(WorkerThreads.valueOf(consumption.threads().name()))
                .backoff(BackoffStrategy.fixed(Duration.ofMillis(Work.BACKOFF_MILLIS)));
        if (consumption.commitMillis() > 0) {
            config.commitInterval(Duration.ofMillis(consumption.commitMillis()))
                    .minCommitInterval(Duration.ofMillis(consumption.commitMillis())); // and not by count before
        }
        if (consumption.buffered() > 0) {
            config.maxInFlightRecords(consumption.buffered())
                    .maxPartitionInFlightRecords(consumption.buffered())
                    .maxInFlightBytes(1L << 30)
                    .maxPartitionInFlightBytes(1L << 30);
        }
        return config;
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
            work.run(message.partition(), message.offset(), message.attempt());
        };
    }

    private static long place(Message<byte[], byte[]> message) {
        return message.offset() * PARTITIONS + message.partition();
    }

    @Override
    public long records() {
        long records = 0;
        for (Burrow<?, ?> burrow : burrows) {
            if (burrow.state().isTerminal()) {
                throw new IllegalStateException(
                        "Burrow stopped: " + burrow.state(), burrow.health().cause());
            }
            records += burrow.stats().processed();
        }
        return records;
    }

    @Override
    public long held() {
        return burrows.stream().mapToLong(each -> each.stats().inFlight()).sum();
    }

    @Override
    public @Nullable Latency latency() {
        return latency;
    }

    @Override
    public @Nullable Journal journal() {
        return handling.journal();
    }
}
