package io.burrow.it.bench.arm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A poll loop in a thread of its own, which commits by itself. */
final class LoopArm implements Arm {

    private static final Duration POLL = Duration.ofMillis(500);

    /** Threads that may be started and not finished: without a bound, a loop that is faster fills the heap. */
    private static final int MOST_THREADS = 100_000;

    private final AtomicLong polled = new AtomicLong();
    private final LongAdder handled = new LongAdder();
    private final Work work;
    private final int mostKept;

    /** The records themselves, where it is asked how much heap they take. Loop thread only. */
    private final List<ConsumerRecord<byte[], byte[]>> kept = new ArrayList<>();

    private final @Nullable Executor executor;
    private volatile @Nullable Throwable failure;

    private LoopArm(
            Consumption consumption, @Nullable Executor executor, Supplier<ConsumerRecords<byte[], byte[]>> poll) {
        this.work = consumption.work();
        this.mostKept = work.kind() == Work.Kind.HOLD ? consumption.buffered() : 0;
        this.executor = executor;
        Thread loop = new Thread(() -> run(poll), "poll-loop");
        loop.setDaemon(true);
        loop.start();
    }

    static Arm bare(ArmSettings settings) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(settings);
        return new LoopArm(settings.consumption(), null, () -> consumer.poll(POLL));
    }

    static Arm virtualThreads(ArmSettings settings) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(settings);
        return new LoopArm(settings.consumption(), virtualThreads(), () -> consumer.poll(POLL));
    }

    static Arm share(ArmSettings settings) {
        Map<String, Object> properties = new HashMap<>(settings.consumerProperties());
        // share groups are told this by the broker
        properties.remove("auto.offset.reset");
        KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(settings.topic()));
        return new LoopArm(settings.consumption(), null, () -> consumer.poll(POLL));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(ArmSettings settings) {
        Map<String, Object> properties = new HashMap<>(settings.consumerProperties());
        int commitMillis = settings.consumption().commitMillis();
        if (commitMillis > 0) {
            properties.put("auto.commit.interval.ms", commitMillis);
        }
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(settings.topic()));
        return consumer;
    }

    private static Executor virtualThreads() {
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException before21) {
            throw new IllegalStateException("virtual threads need Java 21", before21);
        }
    }

    @Override
    public long records() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the poll loop failed", cause);
        }
        return executor == null ? polled.get() : handled.sum();
    }

    @Override
    public long held() {
        return records();
    }

    private void run(Supplier<ConsumerRecords<byte[], byte[]>> poll) {
        try {
            while (mostKept > 0 && kept.size() < mostKept) {
                poll.get().forEach(kept::add);
                polled.lazySet(kept.size());
            }
            while (mostKept == 0) {
                handle(poll.get());
            }
        } catch (InterruptedException | RuntimeException | Error thrown) {
            failure = thrown;
        }
    }

    private void handle(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        Executor threads = executor;
        for (ConsumerRecord<byte[], byte[]> each : records) {
            if (threads == null) {
                work.run(each.partition(), each.offset(), 1);
            } else {
                threads.execute(() -> handleInThread(each));
            }
        }
        polled.lazySet(polled.getPlain() + records.count());
        while (threads != null && polled.getPlain() - handled.sum() > MOST_THREADS) {
            LockSupport.parkNanos(100_000);
        }
    }

    private void handleInThread(ConsumerRecord<byte[], byte[]> record) {
        try {
            work.run(record.partition(), record.offset(), 1);
            handled.increment();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
