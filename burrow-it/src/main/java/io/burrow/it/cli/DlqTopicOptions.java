package io.burrow.it.cli;

import io.burrow.it.dlq.DeadLetterTopic;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
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
        return DeadLetterTopic.open(bootstrapServers, topic, properties(spec));
    }

    /** Its contents are secret, and never shown. */
    private Map<String, Object> properties(CommandSpec spec) {
        Path file = properties;
        if (file == null) {
            return Map.of();
        }
        Properties read = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--properties must be a readable properties file: " + file + " ("
                            + e.getClass().getSimpleName() + ")");
        }
        Map<String, Object> all = new HashMap<>();
        read.stringPropertyNames().forEach(name -> all.put(name, read.getProperty(name)));
        return all;
    }

    static void require(CommandSpec spec, boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
