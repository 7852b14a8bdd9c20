package io.burrow.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.demo.DemoPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BurrowCliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", "demo --help", "demo -h", "help demo"})
    void help_printsUsageAndSucceeds(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: burrow ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dmeo",
                "--wat",
                "demo --wat",
                "demo extra",
                "demo --json",
                "demo --bootstrap-servers",
                "demo --bootstrap-servers localhost",
                "demo --bootstrap-servers localhost:",
                "demo --bootstrap-servers localhost:9092,other"
            })
    void wrongUsage_printsWhatIsWrongAndUsage(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: burrow ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void noCommand_printsUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing command").contains("demo");
    }

    @Test
    void demo_jsonInNoDirectory_failsBeforeItStarts(@TempDir Path directory) {
        Path file = directory.resolve("none").resolve("figures.json");

        assertThat(run("demo", "--json", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cannot write the file").doesNotContain("\tat ");
    }

    @Test
    void demo_jsonIsADirectory_failsBeforeItStarts(@TempDir Path directory) {
        assertThat(run("demo", "--json", directory.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cannot write the file");
    }

    @Test
    void demo_unknownHost_failsWithoutAStackTrace() {
        assertThat(run("demo", "--bootstrap-servers", "no-such-host.invalid:9092"))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith("burrow: cannot connect to no-such-host.invalid:9092")
                .doesNotContain("\tat ");
    }

    private int run(String... arguments) {
        CommandLine command = BurrowCli.commandLine(DemoPlan.standard());
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }
}
