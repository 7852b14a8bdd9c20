package io.burrow.it.bench.pc;

import io.burrow.it.bench.arm.Arm;
import io.burrow.it.bench.arm.ArmKind;
import io.burrow.it.bench.arm.ArmRun;
import io.burrow.it.bench.arm.ArmSettings;
import io.burrow.it.bench.arm.Consumption;
import io.burrow.it.bench.arm.Handling;
import io.burrow.it.bench.arm.Journal;
import io.burrow.it.bench.arm.Latency;
import io.burrow.it.bench.arm.Work;
import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ParallelConsumerOptionsBuilder;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import io.confluent.parallelconsumer.RecordContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** The process that measures Parallel Consumer. Compiled and run on a class path of its own. */
public final class ParallelConsumerMain implements Arm {

    private static final int TUNED_LOAD_FACTOR = 100;

    private final LongAdder records = new LongAdder();
    private final Handling handling;
    private final ParallelStreamProcessor<byte[], byte[]> processor;

    private ParallelConsumerMain(ArmSettings settings) {
        handling = settings.handling();
        Map<String, Object> properties = settings.consumerProperties();
        properties.put("enable.auto.commit", false);
        processor = ParallelStreamProcessor.createEosStreamProcessor(options(settings, handling.consumer(properties)));
        processor.subscribe(List.of(settings.topic()));
        processor.poll(context -> handle(context.getSingleRecord()));
    }

    /**
     * Measures and ends.
     *
     * @param arguments {@link ArmSettings#arguments()}
     */
    public static void main(String[] arguments) {
        ArmRun.main(arguments, ParallelConsumerMain::new);
    }

    private static ParallelConsumerOptions<byte[], byte[]> options(
            ArmSettings settings, KafkaConsumer<byte[], byte[]> consumer) {
        Consumption consumption = settings.consumption();
        ParallelConsumerOptionsBuilder<byte[], byte[]> options = ParallelConsumerOptions.<byte[], byte[]>builder()
                .consumer(consumer)
                .ordering(ProcessingOrder.valueOf(consumption.order().name()))
                .maxConcurrency(consumption.concurrency())
                .defaultMessageRetryDelay(Duration.ofMillis(Work.BACKOFF_MILLIS));
        if (consumption.commitMillis() > 0) {
            options.commitInterval(Duration.ofMillis(consumption.commitMillis()));
        }
        if (settings.kind() == ArmKind.PARALLEL_TUNED) {
            options.initialLoadFactor(TUNED_LOAD_FACTOR).maximumLoadFactor(TUNED_LOAD_FACTOR);
        }
        return options.build();
    }

    private void handle(RecordContext<byte[], byte[]> record) {
        try {
            handling.run(record.partition(), record.offset(), 1 + record.getNumberOfFailedAttempts());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupt);
        }
        records.increment();
    }

    @Override
    public Latency latency() {
        return handling.latency();
    }

    @Override
    public Journal journal() {
        return handling.journal();
    }

    @Override
    public long held() {
        return processor.workRemaining();
    }

    @Override
    public long records() {
        if (processor.isClosedOrFailed()) {
            throw new IllegalStateException("Parallel Consumer stopped");
        }
        return records.sum();
    }
}
