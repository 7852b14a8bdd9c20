package io.burrow.it.docs;

import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The Java of docs/security.md, between marks. */
final class SecurityExamples {
    private SecurityExamples() {}

    static Burrow<String, String> secured(
            String bootstrapServers, String jaasConfig, String truststore, String truststorePassword) {
        // [secured]
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "SCRAM-SHA-256");
        properties.put("sasl.jaas.config", jaasConfig); // from where you keep secrets
        properties.put("ssl.truststore.location", truststore);
        properties.put("ssl.truststore.password", truststorePassword);
        KafkaDeadLetters<String, String> deadLetters = KafkaDeadLetters.<String, String>builder()
                .properties(properties)
                .topic("orders-dead")
                .build();
        properties.put("group.id", "mailer");
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(properties)
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
        // [secured]
        return Burrow.<String, String>builder()
                .source(source)
                .deadLetters(deadLetters)
                .handler(message -> {})
                .build();
    }
}
