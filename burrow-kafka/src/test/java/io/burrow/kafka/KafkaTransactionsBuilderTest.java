package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything starts, what is completed, and how it opens. */
class KafkaTransactionsBuilderTest {
    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> properties = new HashMap<>(TransactionHarness.PROPERTIES);
        properties.put(name, value);
        return properties;
    }

    private static KafkaTransactionsBuilder<String, String> complete(Map<String, Object> properties) {
        return TransactionHarness.describe().properties(properties);
    }

    private static KafkaSourceBuilder<String, String> source(KafkaTransactions<?, ?> transactions) {
        return KafkaSource.<String, String>builder()
                .properties(Map.of("bootstrap.servers", "broker:9092", "group.id", "g"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .transactions(transactions);
    }

    @Test
    void build_nothingSet_namesAllThatIsMissing() {
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> KafkaTransactions.<String, String>builder().build());

        assertThat(e.problems())
                .extracting(ConfigProblem::setting)
                .containsExactly(
                        "properties", "keySerializer", "valueSerializer", "bootstrap.servers", "transactional.id");
    }

    @Test
    void build_boundsThatAreNotPositive_areAllNamed() {
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> TransactionHarness.describe()
                        .producerFactory(null)
                        .maxHeldRecords(0)
                        .maxHeldBytes(-1)
                        .maxRecordsPerMessage(0)
                        .maxBytesPerMessage(0)
                        .build());

        assertThat(e)
                .hasMessageContaining("maxHeldBytes must be positive: -1")
                .hasMessageContaining("maxRecordsPerMessage must be positive: 0");
        assertThat(e.problems())
                .extracting(ConfigProblem::setting)
                .containsExactly(
                        "producerFactory",
                        "maxHeldRecords",
                        "maxHeldBytes",
                        "maxRecordsPerMessage",
                        "maxBytesPerMessage");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            transactional.id       | ' '                                                    | transactional.id must be set: another one for each process, the same after its restart: blank
            enable.idempotence     | false                                                  | enable.idempotence must be true or left out: false
            acks                   | 1                                                      | acks must be all or left out: 1
            acks                   | s3cret                                                 | acks must be all or left out: a String
            key.serializer         | org.apache.kafka.common.serialization.LongSerializer   | key.serializer must be left out, since outputs are serialised by workers: give the serialiser to keySerializer(...): a String
            transaction.timeout.ms | soon                                                   | transaction.timeout.ms must be a positive number: a String
            max.block.ms           | -5                                                     | max.block.ms must be a positive number: a String
            max.block.ms           | 5001                                                   | max.block.ms must be at most a third of transaction.timeout.ms, which is 15000: 5001
            """)
    void build_propertyAgainstItsRule_isRefused(String name, String value, String message) {
        assertThatThrownBy(() -> complete(with(name, value)).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void build_propertiesWithoutATransactionalId_isRefused() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", "broker:9092");

        assertThatThrownBy(() ->
                        TransactionHarness.describe().properties(properties).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("transactional.id must be set");
    }

    @Test
    void source_blockLongerThanItsPollIntervalAllows_isRefused() {
        KafkaTransactions<String, String> transactions =
                complete(with("max.block.ms", 5_000)).build();

        assertThatThrownBy(() -> source(transactions)
                        .properties(Map.of(
                                "bootstrap.servers", "broker:9092", "group.id", "g", "max.poll.interval.ms", 30_000))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "max.block.ms must be at most an eighth of the source's max.poll.interval.ms, which is 30000: 5000");
        assertThat(source(transactions).build())
                .as("not used up by the refusal")
                .isNotNull();
    }

    @Test
    void source_autoCommit_isRefusedWithTransactionsToo() {
        KafkaTransactions<String, String> transactions =
                TransactionHarness.describe().build();

        assertThatThrownBy(() -> source(transactions)
                        .properties(Map.of(
                                "bootstrap.servers", "broker:9092", "group.id", "g", "enable.auto.commit", "true"))
                        .build())
                .isInstanceOf(ConfigException.class)
                .extracting(e -> ((ConfigException) e).code())
                .isEqualTo(ErrorCode.AUTO_COMMIT_ON);
    }

    @Test
    void secondSource_isRefused() {
        KafkaTransactions<String, String> transactions =
                TransactionHarness.describe().build();
        source(transactions).build();

        assertThatThrownBy(() -> source(transactions).build())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("transactions must not be used by two sources");
    }

    @Test
    void open_noHandlerWasMade_isRefusedBeforeAnythingIsConnected() {
        KafkaTransactions<String, String> transactions = TransactionHarness.describe()
                .producerFactory(all -> {
                    throw new AssertionError("connected");
                })
                .build();
        KafkaSource<String, String> source = source(transactions)
                .consumerFactory(all -> {
                    throw new AssertionError("connected");
                })
                .build();

        assertThatThrownBy(() -> source.open(new RecordingListener()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("transactions must be used by a handler made with KafkaTransactions.handler");
    }

    @ParameterizedTest
    @CsvSource({",,15000,5000", "9000,,9000,3000", ",8000,15000,1000", "60000,400000,60000,10000", ",160,15000,100"})
    void open_completesTheProperties(Integer timeout, Integer poll, String expectedTimeout, String expectedBlock) {
        Map<String, Object> properties = new HashMap<>(TransactionHarness.PROPERTIES);
        if (timeout != null) {
            properties.put("transaction.timeout.ms", timeout);
        }
        AtomicReference<Map<String, Object>> seen = new AtomicReference<>();
        KafkaTransactions<String, String> transactions = complete(properties)
                .producerFactory(all -> {
                    seen.set(all);
                    return new ScriptedProducer();
                })
                .build();
        transactions.handler((message, outputs) -> {});
        KafkaSourceBuilder<String, String> builder = KafkaSource.<String, String>builder()
                .consumer(() -> ScriptedConsumer.of("orders"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .transactions(transactions);
        if (poll != null) {
            builder.maxPollInterval(Duration.ofMillis(poll));
        }
        builder.build().open(new RecordingListener());

        assertThat(seen.get())
                .hasEntrySatisfying(
                        "transaction.timeout.ms", value -> assertThat(value).hasToString(expectedTimeout))
                .hasEntrySatisfying("max.block.ms", value -> assertThat(value).hasToString(expectedBlock))
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true")
                .containsEntry("key.serializer", ByteArraySerializer.class);
    }

    @Test
    void open_endsWhatAFormerProducerLeft_beforeItSubscribes() {
        TransactionHarness harness = new TransactionHarness();
        harness.producer.onInit.add(new TimeoutException("the coordinator is loading"));

        harness.source.open(harness.listener);

        assertThat(harness.producer.calls).containsExactly("init", "init");
        assertThat(harness.consumer.subscription()).containsExactly("orders");
    }

    @Test
    void open_noRightToTheTransactionalId_saysSo_andNothingIsLeftOpen() {
        TransactionHarness harness = new TransactionHarness();
        harness.producer.onInit.add(new TransactionalIdAuthorizationException("no"));

        assertThatThrownBy(() -> harness.source.open(harness.listener))
                .isInstanceOf(BurrowException.class)
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.NOT_AUTHORIZED);
        assertThat(harness.consumer.subscription()).isEmpty();
        assertThat(harness.consumer.topicQuestions)
                .as("asked before transactions are ended that may keep the answer back")
                .isZero();
        harness.source.close(Duration.ZERO);
        assertThat(harness.producer.calls).containsExactly("init", "close");
    }

    @Test
    void close_closesTheProducer_afterTheLastCommits() throws Exception {
        TransactionHarness harness = TransactionHarness.assigned();
        harness.process(TransactionHarness.P0, 0, "a");
        harness.consumer.onClose = () -> harness.commit(TransactionHarness.P0, 1); // as the callback within it does

        harness.source.close(Duration.ofSeconds(1));

        assertThat(harness.producer.calls)
                .containsExactly("begin", "send receipts a", "offsets orders-0=1", "commit", "close");
        assertThat(harness.producer.closed()).isTrue();
    }

    @Test
    void toString_showsTheTransactionalId() {
        assertThat(TransactionHarness.describe().build()).hasToString("KafkaTransactions of orders-1");
        assertThat(new StringSerializer()).isNotNull();
    }
}
