package io.burrow.core.misuse;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.Outcome;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.api.spi.SourceRecord;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.ScriptedSource;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A source of messages and records that do what a test says, and a Burrow on it. */
abstract class RecordMisuseRig extends MisuseRig {
    final ScriptedSource<Object, String> source = new ScriptedSource<>();

    /** A message that is as it should be. */
    static class Plain implements Message<Object, String> {
        private final long offset;

        Plain(long offset) {
            this.offset = offset;
        }

        @Override
        public String topic() {
            return "t";
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public @Nullable Object key() {
            return "key-" + offset;
        }

        @Override
        public String value() {
            return "v";
        }
    }

    /** A record that hands over what a test says. */
    record Handed(long offset, @Nullable Object orderingKey, Supplier<@Nullable Message<Object, String>> message)
            implements SourceRecord<Object, String> {
        @Override
        public int sizeBytes() {
            return 1;
        }

        @Override
        @SuppressWarnings("NullAway")
        public Message<Object, String> decode() {
            return message.get();
        }
    }

    static SourceRecord<Object, String> good(long offset) {
        return new Handed(offset, "key-" + offset, () -> new Plain(offset));
    }

    final SteppedBurrow<Object, String> keyed(boolean batches) {
        var builder = Burrow.<Object, String>builder()
                .source(source)
                .config(c -> c.ordering(Ordering.KEY)
                        .errorThreshold(0)
                        .retryPolicy(RetryPolicy.retries(1))
                        .backoff(BackoffStrategy.fixed(Duration.ofSeconds(1))));
        return started(builder, batches);
    }

    /** With a handler, for one record or for batches, that only says what it was given. */
    final SteppedBurrow<Object, String> started(BurrowBuilder<Object, String> builder, boolean batches) {
        if (batches) {
            builder.batchHandler(messages -> {
                messages.forEach(m -> started.add(m.offset()));
                return Outcome.allSucceeded(messages.size());
            });
        } else {
            builder.handler(m -> started.add(m.offset()));
        }
        return SteppedBurrow.start(builder, clock, 1);
    }

    final long stored() {
        return source.committed.getOrDefault(P0, CommitPoint.of(0)).offset();
    }
}
