package io.burrow.it.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The rule for {@code --bootstrap-servers}. */
final class Addresses {
    private static final Pattern RULE = Pattern.compile("[^\\s,]+:\\d{1,5}(,[^\\s,]+:\\d{1,5})*");

    private Addresses() {}

    static void require(CommandSpec spec, String bootstrapServers) {
        if (!RULE.matcher(bootstrapServers).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--bootstrap-servers must be host:port, several separated by commas: " + bootstrapServers);
        }
    }
}
