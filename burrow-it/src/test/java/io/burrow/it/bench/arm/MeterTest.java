package io.burrow.it.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeterTest {

    private static final Span SPAN = new Span(100, 1_000, 60_000, 60_000);

    @Test
    void measures_betweenWarmAndEnd() throws Exception {
        AtomicLong records = new AtomicLong();

        // each look finds fifty more
        JsonNode json = json(() -> records.getAndAdd(50));

        assertThat(json.get("records").asLong()).isBetween(700L, 1_000L);
        assertThat(json.get("nanos").asDouble()).isPositive();
        assertThat(json.get("allocated_bytes").asDouble()).isPositive();
        assertThat(json.get("cpu_nanos").asDouble()).isNotNegative();
        assertThat(json.get("first_per_s").asDouble()).isPositive();
        assertThat(json.has("p50_us")).isFalse();
    }

    @Test
    void times_beforeItIsWarm_doNotCount() throws Exception {
        Latency latency = new Latency();
        AtomicLong records = new AtomicLong();

        JsonNode json = json(new Arm() {
            @Override
            public long records() {
                long done = records.getAndAdd(50);
                latency.add(done < 100 ? 1_000_000_000 : 2_000_000);
                return done;
            }

            @Override
            public Latency latency() {
                return latency;
            }
        });

        assertThat(json.get("p50_us").asDouble()).isBetween(1_990.0, 2_010.0);
        assertThat(json.get("p999_us").asDouble()).isBetween(1_990.0, 2_010.0);
    }

    private static JsonNode json(Arm arm) throws Exception {
        String line = new Meter(arm, SPAN).measure().json();
        assertThat(line).doesNotContain("\n");
        return new ObjectMapper().readTree(line);
    }
}
