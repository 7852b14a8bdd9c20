package io.burrow.it.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the JMH benchmarks of the budget's first rows, which are among the test classes of the core, for a short time.
 */
final class LedgerBenchmarks {

    private static final String LEDGER = "GapLedgerBenchmark.oneLoopAndWorkers";
    private static final String SNAPSHOT = "SnapshotBenchmark.";
    private static final String ALLOCATION = "gc.alloc.rate.norm";
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private LedgerBenchmarks() {}

    /**
     * Runs them.
     *
     * @param home the checkout; null if it is not known
     * @return what they said
     * @throws BenchException if they cannot be run; the message says why
     */
    static LedgerFigures run(@Nullable Path home) {
        Path classes = home == null
                ? null
                : home.resolve("burrow-core").resolve("target").resolve("test-classes");
        if (classes == null || !Files.exists(classes.resolve("META-INF").resolve("BenchmarkList"))) {
            throw new BenchException("they are among burrow-core's test classes; start the bench with ./burrow");
        }
        try {
            Path file = Files.createTempFile("burrow-ledger", ".json");
            try {
                JavaCommand.java(
                                List.of(),
                                classes + File.pathSeparator + JavaCommand.ownClassPath(),
                                "org.openjdk.jmh.Main",
                                arguments(file))
                        .run(LIMIT);
                return parse(Files.readString(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new BenchException("no result: " + failure.getMessage(), failure);
        }
    }

    private static List<String> arguments(Path file) {
        String once = "-f 1 -wi 3 -w 1s -i 5 -r 1s -prof gc -rf json -p workers=1 -p open=10000,half -rff";
        List<String> benchmarks =
                List.of(LEDGER.replace(".", "\\.") + "$", "SnapshotBenchmark\\.(commitPoint|encode)$");
        return Stream.of(benchmarks, List.of(once.split(" ")), List.of(file.toString()))
                .flatMap(List::stream)
                .toList();
    }

    /** The figures of a result in JMH's JSON, medians of the iterations: of the snapshots the slowest. */
    static LedgerFigures parse(String json) throws IOException {
        double nanos = Double.NaN;
        double bytes = Double.NaN;
        double point = Double.NaN;
        double encode = Double.NaN;
        for (JsonNode each : new ObjectMapper().readTree(json)) {
            String name = each.path("benchmark").asText();
            double score = median(each.path("primaryMetric"));
            if (name.endsWith(LEDGER)) {
                nanos = score;
                bytes = median(each.path("secondaryMetrics").path(ALLOCATION));
            } else if (name.endsWith(SNAPSHOT + "commitPoint")) {
                point = larger(point, score);
            } else if (name.endsWith(SNAPSHOT + "encode")) {
                encode = larger(encode, score);
            }
        }
        return new LedgerFigures(nanos, bytes, (point + encode) / 1_000);
    }

    /** Of all iterations of all forks; JMH's own score is their mean, which one that was disturbed decides. */
    private static double median(JsonNode metric) {
        return Statistics.median(StreamSupport.stream(metric.path("rawData").spliterator(), false)
                .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
                .mapToDouble(JsonNode::asDouble)
                .toArray());
    }

    private static double larger(double one, double other) {
        return Double.isNaN(one) ? other : Math.max(one, other);
    }
}
