package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.it.bench.arm.ArmKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two ways in one small case. What comes out is far too short to be a measurement: only its form counts here. */
class BenchIT {

    @Test
    void smallCase_isMeasuredInEachWay() throws Exception {
        BenchCase small =
                Samples.benchCase(Cases.UNORDERED).atMost(300_000).only(List.of(ArmKind.BARE, ArmKind.BURROW));
        List<String> told = new ArrayList<>();

        BenchReport report = new Bench(new BenchSettings(List.of(small), false, 1, null, null), told::add).run();

        assertThat(report.failures()).isEmpty();
        assertThat(report.complete()).isTrue();
        assertThat(told).anyMatch(line -> line.startsWith("noop-unordered, Burrow, round 1: "));
        JsonNode json = new ObjectMapper().readTree(BenchJson.of(report));
        assertThat(json.get("cases")).hasSize(2).allSatisfy(each -> {
            assertThat(each.get("case").asText()).isEqualTo("noop-unordered");
            assertThat(each.get("records_per_s").asDouble()).isPositive();
            assertThat(each.get("bytes_per_record").asDouble()).isPositive();
            assertThat(each.get("cpu_us_per_record").isNumber()).isTrue();
        });
        assertThat(json.get("budget")).hasSize(2);
        assertThat(BenchTable.of(report)).anyMatch(line -> line.startsWith("| noop-unordered | Burrow | "));
    }
}
