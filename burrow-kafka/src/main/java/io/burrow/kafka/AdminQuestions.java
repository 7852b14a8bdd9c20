package io.burrow.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Over an admin client with the consumer's own properties, those for security untouched. */
final class AdminQuestions implements BrokerQuestions {
    /** Who has not answered by then is asked again. */
    private static final int ANSWER_MILLIS = 5_000;

    private final Admin admin;

    AdminQuestions(Map<String, Object> consumerProperties) {
        this.admin = Admin.create(properties(consumerProperties));
    }

    /** What both clients know, and what is known to neither: it may be meant for a plug-in of the user's. */
    static Map<String, Object> properties(Map<String, Object> consumerProperties) {
        Map<String, Object> properties = new HashMap<>(consumerProperties);
        properties
                .keySet()
                .removeIf(name -> ConsumerConfig.configNames().contains(name)
                        && !AdminClientConfig.configNames().contains(name));
        properties.remove(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG); // the consumer has them
        properties.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
        return properties;
    }

    @Override
    public Map<String, KafkaFuture<Uuid>> ids(Set<String> topics) {
        Map<String, KafkaFuture<Uuid>> answers = new HashMap<>();
        admin.describeTopics(topics)
                .topicNameValues()
                .forEach((topic, answer) -> answers.put(topic, answer.thenApply(TopicDescription::topicId)));
        return answers;
    }

    @Override
    public Map<TopicPartition, KafkaFuture<Long>> beginnings(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        partitions.forEach(partition -> earliest.put(partition, OffsetSpec.earliest()));
        ListOffsetsResult asked = admin.listOffsets(earliest, new ListOffsetsOptions().timeoutMs(ANSWER_MILLIS));
        Map<TopicPartition, KafkaFuture<Long>> answers = new HashMap<>();
        partitions.forEach(partition -> answers.put(
                partition,
                asked.partitionResult(partition).thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset)));
        return answers;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
