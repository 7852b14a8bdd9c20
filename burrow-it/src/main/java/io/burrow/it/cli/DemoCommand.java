package io.burrow.it.cli;

import io.burrow.it.demo.Browser;
import io.burrow.it.demo.Demo;
import io.burrow.it.demo.DemoException;
import io.burrow.it.demo.DemoFigures;
import io.burrow.it.demo.DemoPage;
import io.burrow.it.demo.DemoPlan;
import io.burrow.it.demo.FiguresJson;
import io.burrow.it.demo.Screen;
import io.burrow.it.demo.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./burrow demo}. */
@Command(
        name = "demo",
        header = "Show Burrow at work on a real Kafka broker, in about a minute.",
        description = "Runs a plain consumer, Burrow with the same handler, a record that fails, and a "
                + "crash; measures and counts.",
        footer = {"", "Exit status: 0 all is well, 1 it failed or a record was lost, 2 wrong usage."})
final class DemoCommand implements Callable<Integer> {

    private final DemoPlan plan;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "H:P",
            description = "Use this Kafka cluster instead of a broker of the demo's own. "
                    + "Topics and groups get names of their own and are deleted at the end.")
    private @Nullable String bootstrapServers;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to this file as JSON.")
    private @Nullable Path json;

    @Option(names = "--plain", description = "Print lines instead of a live view, as is done without a terminal.")
    private boolean plain;

    @Option(
            names = "--page",
            description = "Serve the live page over the demo's Burrows; its address is printed, and a browser "
                    + "opened from a terminal on a desktop. At the end comes something to look at, until Enter is "
                    + "pressed or the input ends.")
    private boolean page;

    @Option(names = "--port", paramLabel = "N", description = "The port of the page; without it, one that is free.")
    private @Nullable Integer port;

    private final InputStream input;

    DemoCommand(DemoPlan plan) {
        this(plan, System.in);
    }

    DemoCommand(DemoPlan plan, InputStream input) {
        this.plan = plan;
        this.input = input;
    }

    @Override
    public Integer call() throws IOException {
        if (bootstrapServers != null) {
            Addresses.require(spec, bootstrapServers);
        }
        Integer wanted = port;
        if (wanted != null && !page) {
            throw new ParameterException(spec.commandLine(), "--port needs --page");
        }
        if (wanted != null && (wanted < 0 || wanted > 65_535)) {
            throw new ParameterException(spec.commandLine(), "--port must be from 0 to 65535: " + wanted);
        }
        // The demo shows by itself what it lets fail; a line of the log would tear the view.
        System.setProperty("org.slf4j.simpleLogger.log.io.burrow", "error");
        Path file = json;
        String problem = file == null ? "" : OutputFile.problem(file);
        if (!problem.isEmpty()) {
            throw new DemoException(problem);
        }
        DemoFigures figures = run(wanted == null ? 0 : wanted);
        if (file != null) {
            FiguresJson.write(figures, file);
        }
        return figures.sound() ? 0 : 1;
    }

    private DemoFigures run(int pagePort) {
        Terminal terminal = Terminal.detect(plain);
        Screen screen = terminal.screen();
        if (!page) {
            return new Demo(plan, bootstrapServers, screen).run();
        }
        try (DemoPage served = new DemoPage(pagePort, input, Browser.ofTheDesktop(terminal))) {
            return new Demo(plan, bootstrapServers, screen, served).run();
        }
    }
}
