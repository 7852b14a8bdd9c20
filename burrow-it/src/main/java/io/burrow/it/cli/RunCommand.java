package io.burrow.it.cli;

import io.burrow.api.Ordering;
import io.burrow.it.run.ExecWork;
import io.burrow.it.run.HttpWork;
import io.burrow.it.run.PrintWork;
import io.burrow.it.run.Run;
import io.burrow.it.run.RunSettings;
import io.burrow.it.run.RunSettings.MetricsAddress;
import io.burrow.it.run.Work;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./burrow run}. */
@Command(
        name = "run",
        header = "Consume topics: run a command, call a URL, or print, for each record.",
        description = {
            "Many records are handled at once; only what is done is committed: each record is handled at least once. "
                    + "One that fails is tried again. One that is not tried again is exhausted: it goes to the dead "
                    + "letters, or without them stays parked, uncommitted, and is delivered again after a restart. "
                    + "Five exhausted in a row stop everything.",
            ""
        },
        footer = {
            "",
            "A command is run by /bin/sh -c, with the value on its standard input and BURROW_TOPIC, "
                    + "BURROW_PARTITION, BURROW_OFFSET, BURROW_TIMESTAMP (ms since 1970, or -1), BURROW_ATTEMPT, "
                    + "BURROW_KEY (if it is text), BURROW_KEY_BASE64 and BURROW_TOMBSTONE (if it has no value) in its "
                    + "environment. Its exit status: 0 done; 65 this record will never do; 126 or 127 there is no "
                    + "such command, everything stops; any other: failed, tried again.",
            "",
            "A URL gets the value by POST, with Burrow-Topic, Burrow-Partition, Burrow-Offset and so on as headers. "
                    + "Its status: 2xx done; 429 and 503 with Retry-After: tried again when that says, from 1 s to "
                    + "1 h, however often; 408, 425, 429, 5xx and no answer: failed, tried again; any other: this "
                    + "record will never do.",
            "",
            "SIGTERM and Ctrl-C stop it: what runs may end, what is done is committed.",
            "",
            "Exit status: 0 stopped by a signal, by the reader of its output, or at the end with nothing left; "
                    + "1 it halted, failed, could not end cleanly, or left something undone at the end; 2 wrong usage."
        })
final class RunCommand implements Callable<Integer> {
    private static final int MOST_CONCURRENCY = 100_000;
    private static final int MOST_COMMANDS = 10_000;
    private static final int USUAL_CONCURRENCY = 100;
    private static final int USUAL_COMMANDS = 10;
    private static final Duration USUAL_HTTP_LIMIT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private final HelpOption help = new HelpOption();

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "H:P",
            description = "The Kafka cluster; needed unless --properties has it.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--topic",
            paramLabel = "T",
            required = true,
            description = "The topic to consume; may be given several times.")
    private List<String> topics = List.of();

    @Option(
            names = "--group",
            paramLabel = "G",
            description = "The consumer group, which keeps what is done; needed unless --properties has it. "
                    + "Several runs with the same group share the work.")
    private @Nullable String group;

    @Option(
            names = "--properties",
            paramLabel = "FILE",
            description = "Client properties, as for security: a file of name=value lines.")
    private @Nullable Path properties;

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description = "Where a new group begins: earliest or latest, which is the default.")
    private @Nullable String from;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Handling handling = new Handling();

    /** Exactly one. */
    static final class Handling {
        @Option(names = "--exec", paramLabel = "CMD", description = "Run this command of the shell.")
        private @Nullable String exec;

        @Option(names = "--http", paramLabel = "URL", description = "Send a POST request there.")
        private @Nullable String http;

        @Option(names = "--print", description = "Print a line: position, tab, value.")
        private boolean print;
    }

    @Option(
            names = "--header",
            paramLabel = "NAME: VALUE",
            description = "A header for --http; may be given several times.")
    private List<String> headers = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long one attempt may take; 30s by default for --http, without limit for --exec. "
                    + "A time is a number and ms, s, m or h.")
    private @Nullable Duration timeout;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "How many records at once; 100 by default, 10 for --exec.")
    private @Nullable Integer concurrency;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "key",
            description = "Which records wait for each other: those of a key (the default), a partition, or none.")
    private String order = "key";

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many attempts follow the first that failed; 3 by default.")
    private int retries = 3;

    @Option(
            names = "--backoff",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = DurationConverter.class,
            description = "The wait before the first retry, at most; 1s by default. It doubles with each, up to "
                    + "1m, and is drawn at random below that.")
    private Duration backoff = Duration.ofSeconds(1);

    @Option(
            names = "--dead-letter-topic",
            paramLabel = "T",
            description = "Where exhausted records go. It has to exist. See ./burrow dlq.")
    private @Nullable String deadLetterTopic;

    @Option(
            names = "--metrics-port",
            paramLabel = "P",
            description = "Serve /metrics, /health, /stats and a live page at this port; 0 for a free one.")
    private @Nullable Integer metricsPort;

    @Option(
            names = "--metrics-address",
            paramLabel = "A",
            description = "Where to listen for that: an address of this machine, the loopback one by default. "
                    + "It asks nobody for a password.")
    private @Nullable String metricsAddress;

    @Option(names = "--until-end", description = "Stop when all is done that is there, or waits for what is parked.")
    private boolean untilEnd;

    @Option(
            names = "--open-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long to look for the brokers at the start; 30s by default.")
    private Duration openTimeout = Duration.ofSeconds(30);

    @Option(
            names = "--close-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationConverter.class,
            description = "How long what runs may take to end when it is stopped; 30s by default.")
    private Duration closeTimeout = Duration.ofSeconds(30);

    /** What belongs to no option; never repeated, since it may be the rest of a header without its quotes. */
    @Parameters(hidden = true)
    private List<String> words = List.of();

    @Override
    public Integer call() {
        boolean live = Boolean.getBoolean("burrow.terminal.err")
                && !handling.print
                && !System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
        RunSettings settings = settings();
        Work work = work();
        // What fails is said once; the clients would say it before, line by line.
        System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "error");
        return new Run(settings, work, spec.commandLine().getErr(), live).run();
    }

    private RunSettings settings() {
        require(words.isEmpty(), "there is more than options and their values; put quotes around what holds spaces");
        topics.forEach(topic -> require(!topic.isBlank(), "--topic must not be blank"));
        boolean exec = handling.exec != null;
        int most = exec ? MOST_COMMANDS : MOST_CONCURRENCY;
        int many = concurrency != null ? concurrency : exec ? USUAL_COMMANDS : USUAL_CONCURRENCY;
        require(many >= 1 && many <= most, "--concurrency must be from 1 to " + most + ": " + many);
        require(retries >= 0, "--retries must not be negative: " + retries);
        String dead = deadLetterTopic;
        require(dead == null || !dead.isBlank(), "--dead-letter-topic must not be blank");
        require(dead == null || !topics.contains(dead), "--dead-letter-topic must be another topic than --topic");
        require(headers.isEmpty() || handling.http != null, "--header is for --http only");
        require(timeout == null || !handling.print, "--timeout is for --exec and --http only");
        return new RunSettings(
                clientProperties(),
                topics,
                ordering(),
                many,
                retries,
                backoff,
                Optional.ofNullable(dead),
                metrics(),
                openTimeout,
                closeTimeout,
                untilEnd);
    }

    private Map<String, Object> clientProperties() {
        Map<String, Object> all = new HashMap<>(ClientProperties.read(spec, properties));
        String servers = bootstrapServers;
        if (servers != null) {
            Addresses.require(spec, servers);
            all.put("bootstrap.servers", servers);
        }
        String named = group;
        if (named != null) {
            require(!named.isBlank(), "--group must not be blank");
            all.put("group.id", named);
        }
        String where = from;
        if (where != null) {
            require(where.equals("earliest") || where.equals("latest"), "--from must be earliest or latest: " + where);
            all.put("auto.offset.reset", where);
        }
        require(
                all.containsKey("bootstrap.servers"),
                "Missing required option: '--bootstrap-servers=H:P', or bootstrap.servers in the file of --properties");
        require(
                all.containsKey("group.id"),
                "Missing required option: '--group=G', or group.id in the file of --properties");
        return all;
    }

    private Ordering ordering() {
        return switch (order) {
            case "key" -> Ordering.KEY;
            case "partition" -> Ordering.PARTITION;
            case "none" -> Ordering.UNORDERED;
            default -> throw wrong("--order must be key, partition or none: " + order);
        };
    }

    private Optional<MetricsAddress> metrics() {
        Integer port = metricsPort;
        String address = metricsAddress;
        if (port == null) {
            require(address == null, "--metrics-address needs --metrics-port");
            return Optional.empty();
        }
        require(port >= 0 && port <= 65_535, "--metrics-port must be from 0 to 65535: " + port);
        return Optional.of(new MetricsAddress(address == null ? "localhost" : address, port));
    }

    private Work work() {
        String exec = handling.exec;
        String http = handling.http;
        if (exec != null) {
            try {
                return new ExecWork(exec, timeout, retries);
            } catch (IllegalArgumentException e) {
                throw wrong("--exec cannot be used: " + e.getMessage());
            }
        }
        if (http != null) {
            try {
                return new HttpWork(new URI(http), headerMap(), timeout == null ? USUAL_HTTP_LIMIT : timeout);
            } catch (URISyntaxException e) {
                throw wrong("--http must be a URL such as http://localhost:8080/records: " + e.getReason());
            } catch (IllegalArgumentException e) {
                throw wrong("--http cannot be used: " + e.getMessage());
            }
        }
        return PrintWork.onStandardOutput();
    }

    private Map<String, List<String>> headerMap() {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (String header : headers) {
            String[] parts = header.split(":", 2);
            require(parts.length == 2 && !parts[0].isBlank(), "--header must be like 'Name: value'");
            map.computeIfAbsent(parts[0].strip(), name -> new ArrayList<>()).add(parts[1].strip());
        }
        return map;
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
