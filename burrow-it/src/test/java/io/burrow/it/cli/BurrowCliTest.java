package io.burrow.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.core.sim.Simulations;
import io.burrow.it.bench.BenchReport;
import io.burrow.it.bench.BenchSettings;
import io.burrow.it.bench.LedgerFigures;
import io.burrow.it.broker.LocalBroker.Topic;
import io.burrow.it.chaos.ChaosException;
import io.burrow.it.chaos.ChaosReport;
import io.burrow.it.chaos.ChaosSettings;
import io.burrow.it.chaos.PhaseReport;
import io.burrow.it.chaos.check.Violation;
import io.burrow.it.chaos.member.RebalanceMode;
import io.burrow.it.demo.DemoPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BurrowCliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "help",
                "demo --help",
                "demo -h",
                "help demo",
                "grow --help",
                "help grow",
                "sim --help",
                "chaos --help",
                "bench --help",
                "dlq --help",
                "help dlq",
                "dlq list --help",
                "dlq show -h",
                "dlq replay --help",
                "run --help",
                "help run",
                "broker --help",
                "help broker"
            })
    void help_printsUsageAndSucceeds(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: burrow ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dmeo",
                "banch",
                "--wat",
                "demo --wat",
                "demo extra",
                "demo --json",
                "demo --bootstrap-servers",
                "demo --bootstrap-servers localhost",
                "demo --bootstrap-servers localhost:",
                "demo --bootstrap-servers localhost:9092,other",
                "demo --port 9400",
                "demo --page --port",
                "demo --page --port 65536",
                "demo --page --port -1",
                "demo --page --port many",
                "grow --wat",
                "grow extra",
                "grow --json",
                "grow --bootstrap-servers localhost",
                "sim --seeds",
                "sim --seeds 0",
                "sim --seeds many",
                "sim --threads 0",
                "sim --seeds 2 --trace",
                "chaos",
                "chaos --minutes",
                "chaos --minutes 0",
                "chaos --minutes -1",
                "chaos --minutes 1441",
                "chaos --minutes many",
                "chaos --minutes 1 --seed x",
                "chaos --minutes 1 --mode lazy",
                "chaos --minutes 1 --nodes 2",
                "chaos --minutes 1 --json",
                "bench extra",
                "bench --rounds 0",
                "bench --rounds 101",
                "bench --records 999",
                "bench --case none",
                "bench --quick --case half-load",
                "bench --json",
                "bench --svg",
                "run",
                "run extra",
                "broker extra",
                "broker --port",
                "broker --port -1",
                "broker --port 65536",
                "broker --port many",
                "broker --topic",
                "broker --topic a/b",
                "broker --topic :3",
                "broker --topic orders:",
                "broker --topic orders:0",
                "broker --topic orders:1001",
                "broker --topic orders:many",
                "broker --topic orders:1:2",
                "broker --topic orders --topic orders:3",
                "broker --records orders:10",
                "broker --topic orders --records",
                "broker --topic orders --records 10",
                "broker --topic orders --records orders",
                "broker --topic orders --records orders:-1",
                "broker --topic orders --records orders:0",
                "broker --topic orders --records orders:1000001",
                "broker --topic orders --records bills:10",
                "broker --topic orders --records orders:10 --records orders:20",
                "dlq",
                "dlq erase",
                "dlq list",
                "dlq list --topic t",
                "dlq list --bootstrap-servers localhost:9092",
                "dlq list --bootstrap-servers localhost --topic t",
                "dlq list --bootstrap-servers localhost:9092 --topic t --max 0",
                "dlq list --bootstrap-servers localhost:9092 --topic t --properties no-such-file",
                "dlq show --bootstrap-servers localhost:9092 --topic t",
                "dlq show --bootstrap-servers localhost:9092 --topic t --partition 0",
                "dlq show --bootstrap-servers localhost:9092 --topic t --partition -1 --offset 0",
                "dlq show --bootstrap-servers localhost:9092 --topic t --partition 0 --offset -1",
                "dlq replay --bootstrap-servers localhost:9092 --topic t",
                "dlq replay --bootstrap-servers localhost:9092 --topic t --partition 0",
                "dlq replay --bootstrap-servers localhost:9092 --topic t --offset 0",
                "dlq replay --bootstrap-servers localhost:9092 --topic t --all --offset 0",
                "dlq replay --bootstrap-servers localhost:9092 --topic t --partition 0 --offset -1",
                "dlq replay --bootstrap-servers localhost:9092 --topic t --partition -1 --offset 0",
                "dlq replay --bootstrap-servers localhost:9092 --topic t --all --to t"
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
    void demo_portOfThePageInUse_failsBeforeItStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("demo", "--page", "--port", port)).isEqualTo(1);
            assertThat(err.toString())
                    .contains("port must be free on 127.0.0.1: " + port)
                    .contains("PORT_UNAVAILABLE");
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void grow_jsonInNoDirectory_failsBeforeItStarts(@TempDir Path directory) {
        Path file = directory.resolve("none").resolve("figures.json");

        assertThat(run("grow", "--json", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cannot write the file").doesNotContain("\tat ");
    }

    @Test
    void broker_portInUse_failsBeforeItStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(run("broker", "--port", port)).isEqualTo(1);
            assertThat(err.toString())
                    .startsWith("burrow: ")
                    .contains("port " + port + " of localhost")
                    .contains("take another port")
                    .doesNotContain("\tat ");
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void broker_settings_followFromItsOptions() {
        List<String> asked = new ArrayList<>();
        CommandLine command = new CommandLine(new BrokerCommand((port, topics, out) -> asked.add(port + " " + topics)));

        assertThat(execute(command)).isZero();
        assertThat(execute(command, "--port", "0", "--topic", "a.b:12", "--topic", "c", "--records", "a.b:5"))
                .isZero();

        assertThat(asked).containsExactly("9092 []", "0 " + List.of(new Topic("a.b", 12, 5), new Topic("c", 1, 0)));
    }

    @Test
    void demo_unknownHost_failsWithoutAStackTrace() {
        assertThat(run("demo", "--bootstrap-servers", "no-such-host.invalid:9092"))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith("burrow: cannot connect to no-such-host.invalid:9092")
                .doesNotContain("\tat ");
    }

    @Test
    void dlq_unknownHost_failsWithoutAStackTrace() {
        assertThat(run("dlq", "list", "--bootstrap-servers", "no-such-host.invalid:9092", "--topic", "t"))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith("burrow: ")
                .contains("no-such-host.invalid:9092")
                .doesNotContain("\tat ");
    }

    @Test
    void sim_endsWithItsFigures() {
        assertThat(run("sim", "--seeds", "30", "--seed", "100", "--threads", "2"))
                .isZero();
        assertThat(out.toString()).matches("seeds 30, events \\d+, events/s \\d+, violations 0\\R");
    }

    @Test
    void sim_traceOfASeed_isTheSameEachTime() {
        assertThat(run("sim", "--seed", "7", "--trace")).isZero();
        String first = out.toString();
        out.getBuffer().setLength(0);
        assertThat(run("sim", "--seed", "7", "--trace")).isZero();
        assertThat(first.lines().count()).isGreaterThan(Simulations.DRAWS);
        assertThat(withoutSpeed(out.toString())).isEqualTo(withoutSpeed(first));
    }

    private static String withoutSpeed(String text) {
        return text.replaceAll("events/s \\d+", "");
    }

    @Test
    void sim_withAViolation_printsItAndFails() {
        CommandLine command = new CommandLine(new SimCommand((first, count, threads, tell) -> {
            tell.accept("seed 4: I1");
            return new Simulations.Report(count, 1_000, 1_000_000_000, 1);
        }));
        assertThat(execute(command, "--seeds", "5")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly("seed 4: I1", "seeds 5, events 1000, events/s 1000, violations 1");
    }

    @Test
    void chaos_settings_followFromItsOptions() {
        List<ChaosSettings> asked = new ArrayList<>();
        CommandLine command = new CommandLine(new ChaosCommand((settings, out, soFar) -> {
            asked.add(settings);
            return new ChaosReport(settings, List.of(), List.of());
        }));

        assertThat(execute(command, "--minutes", "1.5", "--seed", "9")).isZero();
        assertThat(execute(command, "--minutes", "2", "--seed", "9", "--mode", "consumer", "--nodes", "3"))
                .isZero();

        assertThat(asked)
                .containsExactly(
                        new ChaosSettings(9, Duration.ofSeconds(90), List.of(1, 3), List.of(RebalanceMode.values())),
                        new ChaosSettings(9, Duration.ofMinutes(2), List.of(3), List.of(RebalanceMode.CONSUMER)));
    }

    @Test
    void chaos_withAViolation_writesItAndFails(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("figures.json");
        CommandLine command = new CommandLine(new ChaosCommand((settings, out, soFar) ->
                new ChaosReport(settings, List.of(phase(new Violation(Violation.Kind.LOST, "0@7"))), List.of())));

        assertThat(execute(command, "--minutes", "1", "--seed", "9", "--json", file.toString()))
                .isEqualTo(1);
        assertThat(file).content().contains("\"seed\" : 9", "\"lost\" : 1", "I1 LOST: 0@7");
    }

    @Test
    void chaos_brokenOff_hasWrittenWhatWasKnown(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("figures.json");
        CommandLine command = new CommandLine(new ChaosCommand((settings, out, soFar) -> {
            soFar.accept(new ChaosReport(settings, List.of(phase(), phase()), List.of()));
            throw new ChaosException("no more");
        }));

        assertThat(execute(command, "--minutes", "1", "--seed", "9", "--json", file.toString()))
                .isEqualTo(1);
        assertThat(file).content().contains("\"complete\" : false", "\"records\" : 20");
    }

    private static PhaseReport phase(Violation... violations) {
        return new PhaseReport(
                1, RebalanceMode.EAGER, Map.of(), 0, 10, 0, 0, 0, 1, 0, 0, 0, 0, Map.of(), 0, List.of(violations));
    }

    @Test
    void chaos_jsonInNoDirectory_failsBeforeItStarts(@TempDir Path directory) {
        Path file = directory.resolve("none").resolve("figures.json");

        assertThat(run("chaos", "--minutes", "1", "--json", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cannot write the file").doesNotContain("\tat ");
    }

    @Test
    void bench_writesWhatWasFound_andFailsIfSomethingDid(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("bench.json");
        Path svg = directory.resolve("bench.svg");
        List<BenchSettings> asked = new ArrayList<>();
        CommandLine command = new CommandLine(new BenchCommand((settings, err) -> {
            asked.add(settings);
            return new BenchReport("machine", List.of(), LedgerFigures.NONE, List.of(), List.of("it broke"));
        }));

        assertThat(execute(command, "--quick", "--rounds", "5", "--json", json.toString(), "--svg", svg.toString()))
                .isEqualTo(1);

        assertThat(asked)
                .singleElement()
                .satisfies(settings -> assertThat(settings.rounds()).isEqualTo(5));
        assertThat(out.toString()).contains("- failed: it broke");
        assertThat(json).content().contains("\"machine\"");
        assertThat(svg).content().startsWith("<svg ");
    }

    @Test
    void bench_jsonInNoDirectory_failsBeforeItStarts(@TempDir Path directory) {
        Path file = directory.resolve("none").resolve("figures.json");

        assertThat(run("bench", "--quick", "--json", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cannot write the file").doesNotContain("\tat ");
    }

    private int run(String... arguments) {
        return execute(BurrowCli.commandLine(DemoPlan.standard()), arguments);
    }

    private int execute(CommandLine command, String... arguments) {
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }
}
