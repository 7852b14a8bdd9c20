package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dashboard and the alert rules against a real scrape, and the rules against promtool where that is installed. */
class OperationsFilesTest {
    private static final Path FILES = Page.root().resolve("docs/operations");
    private static final Set<String> ALERTS = Set.of(
            "BurrowNoProgress",
            "BurrowOldestAge",
            "BurrowParked",
            "BurrowDeadLetters",
            "BurrowHalted",
            "BurrowRebalanceStorm",
            "BurrowCommitFailing");

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .readTree(FILES.resolve("burrow-dashboard.json").toFile());
    }

    private static JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(FILES.resolve(file).toFile());
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        yaml("burrow-alerts.yaml")
                .get("groups")
                .forEach(group -> group.get("rules").forEach(rules::add));
        return rules;
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        dashboard()
                .get("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target -> queries.add(target.get("expr").asText())));
        return queries;
    }

    private static Set<String> scraped() {
        try (WatchedShop shop = new WatchedShop()) {
            return shop.scrape().keySet();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a_b > 300 | a_b",
                "sum by (x, le) (rate(a_total{y=\"z_z\", w=~\"$w\"}[$__rate_interval])) | a_total",
                "a == 0 and on (job) (sum by (job) (b) > 0 or c_d) | a b c_d",
                "histogram_quantile(0.5, sum by (le) (rate(a_bucket[5m]))) > 0.5 * max(b) | a_bucket b"
            })
    void namesOfMetrics_areFoundInExpressions(String expression, String names) {
        assertThat(Expressions.metrics(expression)).containsExactly(names.split(" "));
    }

    @Test
    void everyMetricOfTheDashboard_isInAScrape() throws IOException {
        Set<String> named = new TreeSet<>();
        queries().forEach(query -> named.addAll(Expressions.metrics(query)));
        for (JsonNode variable : dashboard().get("templating").get("list")) {
            String query = variable.path("definition").asText();
            if (!query.isEmpty()) {
                named.add(query.replaceAll("label_values\\(([a-z_]+).*", "$1"));
            }
        }
        assertThat(named).hasSizeGreaterThan(20);
        assertThat(scraped()).containsAll(named);
    }

    @Test
    void everyFamilyOfAScrape_isOnTheDashboard() throws IOException {
        String all = String.join("\n", queries());
        Set<String> families = new TreeSet<>();
        scraped().forEach(name -> families.add(name.replaceAll("_(bucket|count|sum|max)$", "")));
        assertThat(families).allSatisfy(family -> assertThat(all).containsPattern("\\b" + family));
    }

    @Test
    void dashboard_letsChooseTheDataSource_andKeepsItsName() throws IOException {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.get("uid").asText()).isEqualTo("burrow-overview");
        assertThat(dashboard.has("id")).isFalse();
        assertThat(dashboard.get("templating").get("list").get(0).get("type").asText())
                .isEqualTo("datasource");
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt()))
                    .as("id of %s", panel.get("title"))
                    .isTrue();
            if (!panel.get("type").asText().equals("row")) {
                assertThat(panel.get("datasource").get("uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.get("targets")).isNotEmpty().allSatisfy(target -> {
                    assertThat(target.get("datasource").get("uid").asText()).isEqualTo("${datasource}");
                    assertThat(target.get("expr").asText()).contains("burrow=~\"$burrow\"");
                });
            }
        }
    }

    @Test
    void everyMetricOfTheRules_isInAScrape() throws IOException {
        Set<String> scraped = scraped();
        assertThat(rules())
                .allSatisfy(
                        rule -> assertThat(Expressions.metrics(rule.get("expr").asText()))
                                .isNotEmpty()
                                .isSubsetOf(scraped));
    }

    @Test
    void everyAlert_isThere_andItsRunbookIsAHeading() throws IOException {
        assertThat(rules()).extracting(rule -> rule.get("alert").asText()).containsExactlyInAnyOrderElementsOf(ALERTS);
        String page = Files.readString(Page.root().resolve("docs/operations.md"));
        for (JsonNode rule : rules()) {
            String alert = rule.get("alert").asText();
            assertThat(rule.get("annotations").get("runbook").asText())
                    .isEqualTo("docs/operations.md#" + alert.toLowerCase(java.util.Locale.ROOT));
            String entry = page.substring(page.indexOf("\n### " + alert + "\n") + 1);
            assertThat(entry).as(alert).startsWith("### " + alert);
            assertThat(entry.substring(4).split("\n##", 2)[0])
                    .contains("**Symptom**", "**Meaning**", "**Look at**", "**Do**");
            assertThat(rule.get("annotations").has("summary")).isTrue();
            assertThat(rule.get("labels").get("severity").asText()).isIn("critical", "warning");
        }
    }

    @Test
    void runbooks_becomeLinks_byTheCommandOfThePage(@TempDir Path directory) throws Exception {
        for (String file : List.of("burrow-alerts.yaml", "burrow-alerts-test.yaml")) {
            Files.copy(FILES.resolve(file), directory.resolve(file));
        }
        String command = new Page("docs/operations.md", OperationsExamples.class)
                .blocks("sh").stream()
                        .filter(block -> block.startsWith("sed "))
                        .findFirst()
                        .orElseThrow();
        assertEnds(directory, List.of("sh", "-c", command));

        JsonNode changed = new YAMLMapper()
                .readTree(directory.resolve("burrow-alerts.yaml").toFile());
        List<JsonNode> annotations = changed.findValues("annotations");
        assertThat(annotations).hasSameSizeAs(ALERTS).allSatisfy(each -> {
            assertThat(each.get("runbook_url").asText()).matches("https://[^ \"]+/docs/operations\\.md#burrow[a-z]+");
            assertThat(each.has("runbook")).isFalse();
        });
        assertThat(Files.readString(directory.resolve("burrow-alerts-test.yaml")))
                .contains("runbook_url: \"https://")
                .doesNotContain("runbook: ");
        Optional<Path> promtool = promtool();
        if (promtool.isPresent()) {
            assertEnds(directory, List.of(promtool.get().toString(), "test", "rules", "burrow-alerts-test.yaml"));
        }
    }

    @Test
    void everyAlert_isTestedByWhatSoundsIt_andByWhatDoesNot() throws IOException {
        Set<String> sounded = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (JsonNode test : yaml("burrow-alerts-test.yaml").get("tests")) {
            for (JsonNode check : test.get("alert_rule_test")) {
                (check.get("exp_alerts").isEmpty() ? silent : sounded)
                        .add(check.get("alertname").asText());
            }
        }
        assertThat(sounded).containsExactlyInAnyOrderElementsOf(ALERTS);
        assertThat(silent).containsExactlyInAnyOrderElementsOf(ALERTS);
    }

    private static String tryItConfig() throws IOException {
        List<String> blocks = new Page("docs/operations.md", OperationsExamples.class).blocks("yaml");
        assertThat(blocks).hasSize(1);
        return blocks.get(0);
    }

    @Test
    void tryItConfig_scrapesTheDemo_andLoadsTheRulesBesideIt() throws IOException {
        JsonNode config = new YAMLMapper().readTree(tryItConfig());
        String target =
                config.at("/scrape_configs/0/static_configs/0/targets/0").asText();
        String page = Files.readString(Page.root().resolve("docs/operations.md"));
        assertThat(page).contains("./burrow demo --page --port " + target.replace("127.0.0.1:", "") + "\n");
        assertThat(config.at("/scrape_configs/0").has("metrics_path")).isFalse(); // it is /metrics
        assertThat(config.get("rule_files"))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(FILES.resolve(file.asText())).exists());
    }

    @Test
    void tryIt_tellsOfEveryAlert_andOfPanelsThatAreThere() throws IOException {
        String page = Files.readString(Page.root().resolve("docs/operations.md"));
        String part = page.substring(page.indexOf("\n## Try it\n"), page.indexOf("\n## Runbook\n"));
        assertThat(part).contains(ALERTS);
        Set<String> titles = new HashSet<>();
        dashboard().get("panels").forEach(panel -> titles.add(panel.get("title").asText()));
        List<String> rows = part.substring(part.indexOf("| the question |"))
                .lines()
                .skip(2)
                .filter(line -> line.startsWith("| "))
                .toList();
        assertThat(rows)
                .hasSizeGreaterThan(3)
                .allSatisfy(row -> assertThat(titles).contains(row.split(" \\| ")[1].split(", ")));
    }

    @Test
    void promtool_takesTheRules_andTheirTestsPass() throws Exception {
        assertPromtool(FILES, "check", "rules", "burrow-alerts.yaml");
        assertPromtool(FILES, "test", "rules", "burrow-alerts-test.yaml");
    }

    @Test
    void promtool_takesTheConfigToTryIt(@TempDir Path directory) throws Exception {
        Files.copy(FILES.resolve("burrow-alerts.yaml"), directory.resolve("burrow-alerts.yaml"));
        Files.writeString(directory.resolve("prometheus.yml"), tryItConfig());
        assertPromtool(directory, "check", "config", "prometheus.yml");
    }

    private static Optional<Path> promtool() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void assertPromtool(Path directory, String... arguments) throws Exception {
        Optional<Path> promtool = promtool();
        assumeTrue(promtool.isPresent(), "promtool is not on the PATH: on Debian, install the package prometheus");
        List<String> command = new ArrayList<>(List.of(promtool.orElseThrow().toString()));
        command.addAll(List.of(arguments));
        assertEnds(directory, command);
    }

    private static void assertEnds(Path directory, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
