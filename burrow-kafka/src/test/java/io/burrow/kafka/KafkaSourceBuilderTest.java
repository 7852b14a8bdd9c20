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
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSourceBuilderTest {
    private static final Map<String, Object> PROPERTIES = Map.of("bootstrap.servers", "broker:9092", "group.id", "g");

    private static KafkaSourceBuilder<String, String> complete() {
        return KafkaSource.<String, String>builder()
                .properties(PROPERTIES)
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer());
    }

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> properties = new HashMap<>(PROPERTIES);
        properties.put(name, value);
        return properties;
    }

    private static ConfigException problemsOf(KafkaSourceBuilder<?, ?> builder) {
        return catchThrowableOfType(ConfigException.class, builder::build);
    }

    @Test
    void build_nothingSet_namesAllThatIsMissing() {
        ConfigException e = problemsOf(KafkaSource.<String, String>builder());

        assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(e.problems())
                .extracting(ConfigProblem::setting)
                .containsExactly("properties, consumer", "topics, pattern", "keyDeserializer", "valueDeserializer");
    }

    @Test
    void build_everythingWrong_namesAllAtOnce() {
        ConfigException e = problemsOf(KafkaSource.<String, String>builder()
                .properties(Map.of("max.poll.interval.ms", "soon"))
                .consumer(ScriptedConsumer::new)
                .topics("orders", " ")
                .pattern(Pattern.compile("o.*"))
                .keyDeserializer(new StringDeserializer())
                .mapper(record -> null)
                .openTimeout(Duration.ZERO)
                .maxPollInterval(Duration.ofMillis(-1))
                .groupMembershipOnClose(null)
                .onCorruptRecords(null)
                .topicCheckInterval(Duration.ofSeconds(-1))
                .metadataLimit(-1));

        assertThat(e.problems())
                .extracting(ConfigProblem::setting)
                .containsExactly(
                        "properties, consumer",
                        "topics, pattern",
                        "topics",
                        "mapper",
                        "maxPollInterval",
                        "maxPollInterval",
                        "openTimeout",
                        "groupMembershipOnClose",
                        "onCorruptRecords",
                        "topicCheckInterval",
                        "metadataLimit",
                        "bootstrap.servers",
                        "group.id",
                        "max.poll.interval.ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", " true "})
    void build_autoCommitOn_saysSo(String value) {
        assertThatThrownBy(() ->
                        complete().properties(with("enable.auto.commit", value)).build())
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("enable.auto.commit must be false or left out")
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.AUTO_COMMIT_ON);
    }

    @Test
    void build_autoCommitOnAndMore_namesAll() {
        Map<String, Object> properties = with("enable.auto.commit", true);
        properties.remove("group.id");

        ConfigException e = problemsOf(complete().properties(properties).topics(List.of()));

        assertThat(e.code()).isEqualTo(ErrorCode.AUTO_COMMIT_ON);
        assertThat(e.problems())
                .extracting(ConfigProblem::setting)
                .containsExactly("topics", "group.id", "enable.auto.commit");
    }

    @Test
    void build_autoCommitNeitherTrueNorFalse_isRefusedWithoutItsValue() {
        assertThat(problemsOf(complete().properties(with("enable.auto.commit", "s3cret"))))
                .hasMessageContaining("enable.auto.commit must be false or left out: a String")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void build_deserializerInProperties_pointsToTheBuilder() {
        ConfigException e = problemsOf(complete()
                .properties(Map.of(
                        "bootstrap.servers", "b:1",
                        "group.id", "g",
                        "key.deserializer", StringDeserializer.class,
                        "value.deserializer", "com.example.Custom")));

        assertThat(e)
                .hasMessageContaining("give the deserialiser to keyDeserializer(...)")
                .hasMessageContaining("give the deserialiser to valueDeserializer(...)")
                .hasMessageNotContaining("com.example");
    }

    @Test
    void build_byteArrayDeserializersInProperties_areFine() {
        Map<String, Object> properties = with("key.deserializer", ByteArrayDeserializer.class);
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());

        assertThat(complete().properties(properties).build().maxPollInterval()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void build_nonPositivePollInterval_isRefused() {
        assertThat(problemsOf(complete().properties(with("max.poll.interval.ms", 0))))
                .hasMessageContaining("max.poll.interval.ms must be a positive number of milliseconds");
    }

    @Test
    void maxPollInterval_isThePropertys() {
        assertThat(complete()
                        .properties(with("max.poll.interval.ms", "9000"))
                        .build()
                        .maxPollInterval())
                .isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void maxPollInterval_ofAGivenConsumer_isTheBuilders() {
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .consumer(ScriptedConsumer::new)
                .topics("orders")
                .mapper(record -> null)
                .maxPollInterval(Duration.ofSeconds(7))
                .build();

        assertThat(source.maxPollInterval()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void consumerFactory_getsCheckedAndCompletedProperties() {
        AtomicReference<Map<String, Object>> seen = new AtomicReference<>();
        Properties properties = new Properties(asProperties(PROPERTIES));
        properties.put("client.id", "c");
        KafkaSource<String, String> source = complete()
                .properties(properties)
                .consumerFactory(config -> {
                    seen.set(config);
                    return ScriptedConsumer.of("orders");
                })
                .build();

        source.open(new RecordingListener());

        assertThat(seen.get())
                .containsEntry("bootstrap.servers", "broker:9092")
                .containsEntry("group.id", "g")
                .containsEntry("client.id", "c")
                .containsEntry("enable.auto.commit", "false")
                .containsEntry("allow.auto.create.topics", "false")
                .containsEntry("fetch.max.wait.ms", "100")
                .containsEntry("key.deserializer", ByteArrayDeserializer.class)
                .containsEntry("value.deserializer", ByteArrayDeserializer.class);
    }

    @Test
    void consumerFactory_keepsWhatTheUserSet() {
        assertThat(completed("allow.auto.create.topics", "true")).containsEntry("allow.auto.create.topics", "true");
        assertThat(completed("fetch.max.wait.ms", 700)).containsEntry("fetch.max.wait.ms", 700);
    }

    @Test
    void consumerFactory_whoAsksForManyBytes_waitsForThemAsLongAsTheClientDoes() {
        assertThat(completed("fetch.min.bytes", 1_000_000)).doesNotContainKey("fetch.max.wait.ms");
    }

    /** What the factory is given, when the user has set a property besides those that must be. */
    private static Map<String, Object> completed(String name, Object value) {
        AtomicReference<Map<String, Object>> seen = new AtomicReference<>();
        complete()
                .properties(with(name, value))
                .consumerFactory(config -> {
                    seen.set(config);
                    return ScriptedConsumer.of("orders");
                })
                .build()
                .open(new RecordingListener());
        return seen.get();
    }

    private static Properties asProperties(Map<String, Object> map) {
        Properties properties = new Properties();
        properties.putAll(map);
        return properties;
    }
}
