package io.burrow.it.cli;

import io.burrow.it.broker.LocalBroker;
import io.burrow.it.broker.LocalBroker.Topic;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./burrow broker}. */
@Command(
        name = "broker",
        header = "Run a Kafka broker on this machine, to try things with.",
        description = "One node, listening on localhost alone. It is not for production: it asks nobody for a "
                + "password, keeps its data in a temporary directory, and all of it is gone when it ends. Topics do "
                + "not come into being by being used.",
        footer = {
            "",
            "It runs until Ctrl-C or SIGTERM.",
            "",
            "Exit status: 0 stopped by a signal, 1 it failed, as when its port is in use, 2 wrong usage."
        })
final class BrokerCommand implements Callable<Integer> {

    private static final int MOST_PARTITIONS = 1_000;
    private static final int MOST_RECORDS = 1_000_000;

    /** Kafka's rule, but for {@code .} and {@code ..}, which the broker refuses. */
    private static final String NAME = "([a-zA-Z0-9._-]{1,249})";

    private static final Pattern TOPIC = Pattern.compile(NAME + "(?::(\\d{1,7}))?");
    private static final Pattern RECORDS = Pattern.compile(NAME + ":(\\d{1,7})");

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Where it listens; 9092 by default, 0 for a port that is free.")
    private int port = 9_092;

    @Option(
            names = "--topic",
            paramLabel = "T[:N]",
            description = "Create this topic, with N partitions or one; may be given several times.")
    private List<String> topics = List.of();

    @Option(
            names = "--records",
            paramLabel = "T:N",
            description = "Write N records into this topic: key-1 and 'T 1', key-2 and 'T 2', and so on; may be given "
                    + "several times.")
    private List<String> records = List.of();

    private final Runner runner;

    /** Who runs it. */
    interface Runner {
        void run(int port, List<Topic> topics, PrintWriter out);
    }

    BrokerCommand() {
        this((port, topics, out) -> new LocalBroker(port, topics, line -> {
                    out.println(line);
                    out.flush();
                })
                .run());
    }

    BrokerCommand(Runner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() {
        require(port >= 0 && port <= 65_535, "--port must be from 0 to 65535: " + port);
        List<Topic> wanted = wanted();
        // What fails is said once; the clients would say it before, line by line.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "error");
        runner.run(port, wanted, spec.commandLine().getOut());
        return 0;
    }

    private List<Topic> wanted() {
        Map<String, Topic> wanted = new LinkedHashMap<>();
        for (String text : topics) {
            Matcher form = TOPIC.matcher(text);
            require(form.matches(), "--topic must be a topic, or one and its partitions as in orders:3: " + text);
            String name = form.group(1);
            int partitions = form.group(2) == null ? 1 : Integer.parseInt(form.group(2));
            require(
                    partitions >= 1 && partitions <= MOST_PARTITIONS,
                    "--topic must have 1 to " + MOST_PARTITIONS + " partitions: " + text);
            Topic before = wanted.put(name, new Topic(name, partitions, 0));
            require(before == null, "--topic must name a topic once: " + text);
        }
        for (String text : records) {
            Matcher form = RECORDS.matcher(text);
            require(form.matches(), "--records must be a topic and a number as in orders:1000: " + text);
            Topic topic = wanted.get(form.group(1));
            if (topic == null) {
                throw wrong("--records must name a topic of --topic: " + text);
            }
            require(topic.records() == 0, "--records must name a topic once: " + text);
            int count = Integer.parseInt(form.group(2));
            require(count >= 1 && count <= MOST_RECORDS, "--records must be 1 to " + MOST_RECORDS + ": " + text);
            wanted.put(topic.name(), new Topic(topic.name(), topic.partitions(), count));
        }
        return List.copyOf(wanted.values());
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw wrong(message);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
