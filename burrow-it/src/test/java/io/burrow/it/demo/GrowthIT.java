package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class GrowthIT {

    /** Three processes, six, and three again, in a tenth of the time. */
    private static final GrowthPlan SHORT = new GrowthPlan(
            12, List.of(3, 6, 3), Duration.ofSeconds(2), Duration.ofSeconds(2), 20, Duration.ofMillis(50));

    @Test
    void aGroupThatGrowsAndShrinks_losesNothing_andTheSumIsShown() throws IOException {
        StringWriter printed = new StringWriter();

        Growth.Result result = new Growth(SHORT, null, new PrintWriter(printed)).run();

        assertThat(result.records()).isEqualTo(SHORT.records());
        assertThat(result.lost()).isZero();
        assertThat(result.stages()).extracting(Growth.Stage::processes).containsExactly(3, 6, 3);
        assertThat(printed.toString()).contains("records/s", "lost 0, redelivered ");
        assertThat(GrowthJson.of(result)).contains("\"processes\" : 6", "\"lost\" : 0");
    }
}
