package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.Burrow;
import io.burrow.it.broker.EmbeddedKafka;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user sets on the client itself keeps working under Burrow. */
@ExtendWith(SharedKafka.class)
@Timeout(120)
class ClientCareIT {
    private final EmbeddedKafka kafka;

    ClientCareIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** Notes what passes it, by client. */
    public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {
        private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

        private String client = "";

        @Override
        public void configure(Map<String, ?> configs) {
            client = String.valueOf(configs.get(ConsumerConfig.CLIENT_ID_CONFIG));
        }

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            records.forEach(record -> SEEN.add(client + " read " + record.offset()));
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            offsets.forEach((partition, offset) ->
                    SEEN.add(client + " committed " + partition.partition() + "@" + offset.offset()));
        }

        @Override
        public void close() {}
    }

    /** Range, under a name of its own. */
    public static final class Assignor extends RangeAssignor {
        private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();

        @Override
        public String name() {
            return "of-the-user";
        }

        @Override
        public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
            ASKED.addAll(subscriptions.groupSubscription().keySet());
            return super.assign(metadata, subscriptions);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void interceptorAndClientId_areRespected(GroupProtocol protocol) throws Exception {
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            String client = "client-of-" + scene.topic();
            Map<String, Object> properties = scene.consumerProperties(ConsumerConfig.CLIENT_ID_CONFIG, client);
            properties.put(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, Interceptor.class.getName());
            scene.produceNumbered(0, 2);
            scene.start(Scene.burrow(scene.source(properties)).handler(message -> {}));
            scene.awaitCommitted(0, 2);

            List<MemberDescription> members = List.copyOf(kafka.admin()
                    .describeConsumerGroups(List.of(scene.group()))
                    .describedGroups()
                    .get(scene.group())
                    .get()
                    .members());
            assertThat(members).extracting(MemberDescription::clientId).containsExactly(client);
            assertThat(Interceptor.SEEN)
                    .contains(client + " read 0", client + " read 1")
                    .contains(client + " committed 0@2");
        }
    }

    @Test
    void customAssignor_isAsked() {
        try (Scene scene = Scene.on(kafka, GroupProtocol.CLASSIC_EAGER, 1)) {
            Assignor.ASKED.clear();
            Map<String, Object> properties = scene.consumerProperties(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, Assignor.class.getName());
            scene.produceNumbered(0, 1);
            scene.start(Scene.burrow(scene.source(properties)).handler(message -> {}));

            scene.awaitCommitted(0, 1);
            assertThat(Assignor.ASKED).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void kafkaClientMetrics_canBeBound(GroupProtocol protocol) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Queue<KafkaClientMetrics> bound = new ConcurrentLinkedQueue<>();
        try (Scene scene = Scene.on(kafka, protocol, 1)) {
            scene.produceNumbered(0, 2);
            Burrow<String, String> burrow =
                    scene.start(Scene.burrow(scene.source().consumerFactory(properties -> {
                                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                                KafkaClientMetrics metrics = new KafkaClientMetrics(consumer);
                                metrics.bindTo(registry);
                                bound.add(metrics);
                                return consumer;
                            }))
                            .handler(message -> {}));

            scene.awaitCommitted(0, 2);
            io.burrow.it.broker.Await.until(
                    "the consumer's meters",
                    Scene.LIMIT,
                    () ->
                            registry
                                    .find("kafka.consumer.fetch.manager.records.consumed.total")
                                    .functionCounters()
                                    .stream()
                                    .anyMatch(counter -> counter.count() >= 2));
            burrow.close();
        } finally {
            bound.forEach(KafkaClientMetrics::close);
        }
    }
}
