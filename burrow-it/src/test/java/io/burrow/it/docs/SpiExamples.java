package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.Message;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.testing.MessageSourceContract;
import io.burrow.kafka.KafkaSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The Java of docs/spi.md, between marks, in its order. */
final class SpiExamples {
    private SpiExamples() {}

    static BackoffStrategy backoff() {
        // [backoff]
        BackoffStrategy byClass = (failure, random) -> failure.cause() instanceof IOException
                ? Duration.ofMillis(100 + random.nextInt(100)) // the network: soon
                : Duration.ofMinutes(1);
        // [backoff]
        return byClass;
    }

    static RetryPolicy policy() {
        // [policy]
        RetryPolicy policy = failure -> {
            if (failure.cause() instanceof IllegalArgumentException) {
                return RetryDecision.DEAD_LETTER;
            }
            return failure.elapsed().toHours() < 1 ? RetryDecision.RETRY : RetryDecision.GIVE_UP;
        };
        // [policy]
        return policy;
    }

    // [message]
    record Order(
            String topic,
            int partition,
            long offset,
            @Nullable String key,
            @Nullable String value,
            int attempt) implements Message<String, String> {
        static Order of(ConsumerRecord<byte[], byte[]> record) {
            return new Order(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.key() == null ? null : new String(record.key(), UTF_8),
                    record.value() == null ? null : new String(record.value(), UTF_8), // null: a tombstone
                    1);
        }

        @Override
        public Order withAttempt(int attempt) { // or handlers that cast to Order fail at the first retry
            return new Order(topic, partition, offset, key, value, attempt);
        }

        @Override
        public String toString() { // never contents: it may reach a log
            return topic + "-" + partition + "@" + offset;
        }
    }
    // [message]

    static KafkaSource<String, String> source(Map<String, Object> properties) {
        // [mapper]
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(properties)
                .topics("orders")
                .mapper(Order::of) // in place of the deserialisers
                .build();
        // [mapper]
        return source;
    }

    // [sink]
    static final class DeadLetterFile<K, V> implements DeadLetterSink<K, V> {
        private final Path file;

        DeadLetterFile(Path file) {
            this.file = file;
        }

        @Override
        public CompletionStage<?> send(DeadLetter<K, V> letter) throws IOException {
            String line = letter.failure() + System.lineSeparator(); // position, attempt and class: no contents
            synchronized (this) {
                Files.writeString(
                        file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
            }
            return CompletableFuture.completedStage(null);
        }
    }
    // [sink]

    static BurrowListener pager(Consumer<String> page) {
        // [listener]
        BurrowListener pager = new BurrowListener() {
            @Override
            public void stateChanged(
                    BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {
                if (cause != null) {
                    page.accept(burrow.name() + " is " + to + ": " + cause.code() + ", "
                            + cause.code().action());
                }
            }
        };
        // [listener]
        return pager;
    }

    static ConcurrencyLimit limit() {
        // [limit]
        ConcurrencyLimit careful = window -> window.failed() > 0 ? window.limit() / 2 : window.limit() + 1;
        // [limit]
        return careful;
    }

    static List<MessageSourceContract.Case> contract(MessageSourceContract.Harness harness) {
        // [contract]
        List<MessageSourceContract.Case> cases = MessageSourceContract.cases(harness);
        // JUnit: cases.stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run))
        // [contract]
        return cases;
    }
}
