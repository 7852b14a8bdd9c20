package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.DecodingException;
import io.burrow.api.Header;
import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class MappedRecordTest {
    private static final ConsumerRecord<byte[], byte[]> RECORD = ScriptedConsumer.record("orders", 0, 9);

    /** A message type of the user's own. */
    record Order(ConsumerRecord<byte[], byte[]> from) implements Message<String, Integer> {
        @Override
        public String topic() {
            return from.topic();
        }

        @Override
        public int partition() {
            return from.partition();
        }

        @Override
        public long offset() {
            return from.offset();
        }

        @Override
        public String key() {
            return "mapped";
        }

        @Override
        public Integer value() {
            return from.value().length;
        }
    }

    private static MappedRecord<String, Integer> mapped(
            Function<ConsumerRecord<byte[], byte[]>, Message<String, Integer>> mapper) {
        return new MappedRecord<>(RECORD, mapper);
    }

    @Test
    void headers_areThoseOfTheRecord_withoutTheMapper() {
        ConsumerRecord<byte[], byte[]> from = ScriptedConsumer.record("orders", 0, 1);
        from.headers().add("traceparent", new byte[] {1});
        MappedRecord<String, Integer> record = new MappedRecord<>(from, each -> {
            throw new AssertionError("mapped");
        });
        assertThat(record.headers()).extracting(Header::name).containsExactly("traceparent");
        assertThat(new TransactionalRecord<>(record, new PartitionOutputs(new HeldOutputs(1, 1))).headers())
                .extracting(Header::name)
                .containsExactly("traceparent");
    }

    @Test
    void decode_mapsOnceInTheWorker() {
        AtomicInteger calls = new AtomicInteger();
        MappedRecord<String, Integer> record = mapped(from -> {
            calls.incrementAndGet();
            return new Order(from);
        });
        assertThat(calls).hasValue(0);

        assertThat(record.decode()).isSameAs(record.decode()).isInstanceOf(Order.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void orderingKey_isTheRawOne() {
        assertThat(mapped(Order::new).orderingKey()).isSameAs(RECORD.key());
        assertThat(mapped(Order::new).sizeBytes()).isEqualTo(8);
        assertThat(mapped(Order::new).leaderEpoch()).isEqualTo(-1);
        assertThat(mapped(Order::new)).hasToString("orders-0@9");
    }

    @Test
    void decode_mapperThrows_isTerminal() {
        assertThatThrownBy(() -> mapped(from -> {
                            throw new IllegalArgumentException("secret");
                        })
                        .decode())
                .isInstanceOf(DecodingException.class)
                .hasMessageContaining("orders-0@9")
                .hasMessageNotContaining("secret");
    }

    @Test
    void decode_mapperReturnsNull_isTerminal() {
        assertThatThrownBy(() -> mapped(from -> null).decode())
                .isInstanceOf(DecodingException.class)
                .hasMessageContaining("null");
    }

    @Test
    void decode_mapperAsksForAnotherAttempt_isHeard() {
        RetryAfterException later = new RetryAfterException(Duration.ofSeconds(1));

        assertThatThrownBy(() -> mapped(from -> {
                            throw later;
                        })
                        .decode())
                .isSameAs(later);
    }

    @Test
    void source_withMapper_handsOverMappedRecords() throws Exception {
        ScriptedConsumer consumer = ScriptedConsumer.of("orders");
        KafkaSource<String, Integer> source = KafkaSource.<String, Integer>builder()
                .consumer(() -> consumer)
                .topics("orders")
                .mapper(Order::new)
                .build();
        source.open(new RecordingListener());
        consumer.rebalance(List.of(Harness.K0));
        consumer.addRecord(ScriptedConsumer.record("orders", 0, 0));

        List<SourceRecord<String, Integer>> records = new ArrayList<>();
        source.poll(Duration.ZERO, (partition, each, end) -> each.forEachRemaining(records::add));

        assertThat(records).hasSize(1);
        assertThat(records.get(0).decode()).isInstanceOf(Order.class);
    }
}
