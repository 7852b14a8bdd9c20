package io.burrow.it.cli;

import io.burrow.it.dlq.DeadLetterTopic;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which topic of dead letters, and where. */
final class DlqTopicOptions {

    @Option(names = "--bootstrap-servers", paramLabel = "H:P", required = true, description = "The Kafka cluster.")
    private String bootstrapServers = "";

    @Option(names = "--topic", paramLabel = "T", required = true, description = "The topic of dead letters.")
    private String topic = "";

    @Option(
            names = "--properties",
            paramLabel = "FILE",
            description = "Client properties, as for security: a file of name=value lines.")
    private @Nullable Path properties;

    String topic() {
        return topic;
    }

    DeadLetterTopic open(CommandSpec spec) {
        Addresses.require(spec, bootstrapServers);
        require(spec, !topic.isBlank(), "--topic must not be blank");
        // It says what fails; the clients would say it before, line by line.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "error");
        return DeadLetterTopic.open(bootstrapServers, topic, ClientProperties.read(spec, properties));
    }

    static void require(CommandSpec spec, boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
