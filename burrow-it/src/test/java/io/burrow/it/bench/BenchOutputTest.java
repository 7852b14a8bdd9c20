package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.it.bench.arm.ArmKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class BenchOutputTest {

    private static final BenchReport REPORT = Samples.report(
            Samples.figure(Cases.UNORDERED, ArmKind.BARE, 3_000_000, 3_200_000),
            Samples.figure(Cases.UNORDERED, ArmKind.BURROW, 2_000_000, 2_400_000),
            Samples.figure("spin-100us", ArmKind.PARALLEL, 50));

    @Test
    void json_hasTheFieldsOfTheReport_andNoOthers() throws IOException {
        JsonNode json = new ObjectMapper().readTree(BenchJson.of(REPORT));

        assertThat(names(json)).containsExactly("machine", "cases", "budget");
        assertThat(json.get("machine").asText()).isEqualTo("a <small> machine");
        assertThat(json.get("cases"))
                .hasSize(3)
                .allSatisfy(each -> assertThat(names(each))
                        .containsExactly(
                                "case", "arm", "records_per_s", "bytes_per_record", "cpu_us_per_record", "p99_us"));
        assertThat(json.get("cases").get(1).get("case").asText()).isEqualTo("noop-unordered");
        assertThat(json.get("cases").get(1).get("arm").asText()).isEqualTo("burrow");
        assertThat(json.get("cases").get(1).get("records_per_s").asDouble()).isEqualTo(2_200_000);
        assertThat(json.get("cases").get(1).get("p99_us").isNull()).isTrue();
        assertThat(json.get("budget")).isNotEmpty().allSatisfy(each -> {
            assertThat(names(each)).containsExactly("row", "value", "goal", "met");
            assertThat(each.get("value").isNumber()).isTrue();
            assertThat(each.get("goal").isNumber()).isTrue();
            assertThat(each.get("met").isBoolean()).isTrue();
        });
    }

    @Test
    void table_hasARatioToTheBareLoop_andMarksWhatIsMissed() {
        List<String> lines = BenchTable.of(REPORT);

        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .matches("\\| noop-unordered \\| Burrow \\| 2,200,000 \\| 9 % \\| 1,100,000 \\| 0\\.71 \\|.*"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("| no-op, no order: Burrow ÷ bare poll loop | 0.71 | ≥ 0.85 |")
                        .contains("**missed**"));
    }

    @Test
    void table_rowsHaveAsManyCellsAsTheirHead() {
        List<String> lines = BenchTable.of(REPORT);

        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).startsWith("|") && lines.get(i - 1).startsWith("|")) {
                assertThat(cells(lines.get(i))).as(lines.get(i)).isEqualTo(cells(lines.get(i - 1)));
            }
        }
    }

    @Test
    void table_endsWithWhatWasLeftOut_andWhatFailed() {
        List<String> lines = BenchTable.of(new BenchReport(
                "m", List.of(), LedgerFigures.NONE, List.of("it was not measured"), List.of("it broke")));

        assertThat(lines).endsWith("", "- it was not measured", "- failed: it broke");
    }

    @Test
    void figures_haveThreeDigitsThatCount() {
        assertThat(List.of(0.0, 0.854, 5.456, 16.0, 54.56, 1_234.4, -54.56, Double.NaN))
                .extracting(BenchTable::figures)
                .containsExactly("0", "0.85", "5.46", "16", "54.6", "1,234", "-54.6", "");
    }

    @Test
    void chart_isWellFormed_andHasABarForEachFigure() throws Exception {
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(BenchChart.of(REPORT).getBytes(StandardCharsets.UTF_8)));

        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 3);
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("a <small> machine", "no-op, no order", "100 µs of processor", "Burrow", "2,200,000");
    }

    @Test
    void chart_leavesOutWhatHasNoRate() {
        assertThat(BenchChart.of(Samples.report(Samples.figure(Cases.HEAP, ArmKind.BARE, Double.NaN))))
                .doesNotContain("heap", "NaN");
    }

    @Test
    void chart_ofNothing_isWellFormed() throws Exception {
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(BenchChart.of(Samples.report()).getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static long cells(String line) {
        return line.chars().filter(each -> each == '|').count();
    }
}
