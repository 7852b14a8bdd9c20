package io.burrow.it.chaos.member;

import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.HistoryWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A real consumer that writes down when partitions begin to be handed over, and when polls are too far apart, by its
 * user or by the client; what its loop is inside of then goes to standard error.
 */
class WatchedConsumer extends KafkaConsumer<byte[], byte[]> {

    private final HistoryWriter history;
    private final PauseMeter pauses;
    private final long mostNanos;
    private final PollTimes times;
    // read by the thread that looks
    private volatile long lastNanos;
    private volatile @Nullable Thread loop;

    // of the thread that looks
    private long shownNanos;

    WatchedConsumer(Map<String, Object> properties, HistoryWriter history, PauseMeter pauses, Duration mostBetween) {
        super(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.history = history;
        this.pauses = pauses;
        this.mostNanos = mostBetween.toNanos();
        this.times = new PollTimes(mostNanos);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        PollTimes.Late late = times.begin(ran());
        if (late != null) {
            long millis = late.nanos() / 1_000_000;
            history.write(
                    late.byClient()
                            ? new Event.LatePoll(HistoryWriter.now(), millis)
                            : new Event.PollGap(HistoryWriter.now(), millis));
        }
        lastNanos = System.nanoTime();
        if (loop == null) {
            loop = Thread.currentThread();
            pauses.each(this::showLateLoop);
        }
        times.enter(ran(), timeout.toNanos());
        try {
            return super.poll(timeout);
        } finally {
            times.leave(ran());
        }
    }

    /** For how long this process has run, from any origin. */
    private long ran() {
        while (true) {
            long before = System.nanoTime();
            long paused = pauses.nanos();
            if (System.nanoTime() - before < PauseMeter.NOTED_NANOS) { // else this thread stood still between the two
                return before - paused;
            }
        }
    }

    /** What the client calls back is its user's, also within a poll. */
    private void timed(Runnable callback) {
        times.callBack(ran());
        try {
            callback.run();
        } finally {
            times.calledBack(ran());
        }
    }

    /** Thread that looks. Once for each poll after which none comes in time. */
    private boolean showLateLoop() {
        Thread thread = Objects.requireNonNull(loop);
        long last = lastNanos;
        if (last != shownNanos && System.nanoTime() - last > mostNanos) {
            shownNanos = last;
            StringBuilder text = new StringBuilder(thread.getName() + " did not poll for too long, and is in");
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("\n    ").append(frame);
            }
            System.err.println(text);
        }
        return thread.isAlive();
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new Noting(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, new Noting(listener));
    }

    @Override
    public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        super.commitAsync(offsets, (sent, thrown) -> timed(() -> callback.onComplete(sent, thrown)));
    }

    private final class Noting implements ConsumerRebalanceListener {
        private final ConsumerRebalanceListener listener;

        Noting(ConsumerRebalanceListener listener) {
            this.listener = listener;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            timed(() -> {
                partitions.forEach(each -> history.write(new Event.Assigning(HistoryWriter.now(), each.partition())));
                listener.onPartitionsAssigned(partitions);
            });
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            timed(() -> listener.onPartitionsRevoked(partitions));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            timed(() -> listener.onPartitionsLost(partitions));
        }
    }
}
