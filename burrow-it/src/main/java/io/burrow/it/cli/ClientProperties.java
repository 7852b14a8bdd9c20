package io.burrow.it.cli;

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
import picocli.CommandLine.ParameterException;

/** The file for {@code --properties}. Its contents are secret, and never shown. */
final class ClientProperties {
    private ClientProperties() {}

    static Map<String, Object> read(CommandSpec spec, @Nullable Path file) {
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
}
