package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasurementTest {

    @Test
    void line_isTakenPerRecordAndPerSecond() {
        Measurement measured = Measurement.parse("{\"records\":2000.000,\"nanos\":500000000.000,"
                + "\"allocated_bytes\":100000.000,\"cpu_nanos\":4000000.000,\"first_per_s\":1500.000,"
                + "\"p50_us\":1.000,\"p99_us\":20.500,\"p999_us\":300.000}");

        assertThat(measured).isEqualTo(new Measurement(4_000, 1_500, 50, 2, 1, 20.5, 300, Double.NaN));
    }

    @Test
    void line_withoutTimes_hasNone() {
        Measurement measured = Measurement.parse("{\"records\":1,\"nanos\":1,\"allocated_bytes\":1,\"cpu_nanos\":1}");

        assertThat(measured.p50Micros()).isNaN();
        assertThat(measured.p99Micros()).isNaN();
        assertThat(measured.p999Micros()).isNaN();
    }

    @Test
    void lineAboutHeap_hasBytesAndNothingElse() {
        Measurement measured = Measurement.parse("{\"held\":100,\"heap_bytes\":25000}");

        assertThat(measured.bytesPerRecord()).isEqualTo(250);
        assertThat(measured.recordsPerSecond()).isNaN();
        assertThat(measured).hasToString("250 B of heap per record");
    }

    @Test
    void lineAboutAKilledProcess_hasWhatCameAgainAndNothingElse() {
        Measurement measured = Measurement.parse("{\"done_before\":5000,\"redelivered\":0}");

        assertThat(measured.redelivered()).isZero();
        assertThat(measured.recordsPerSecond()).isNaN();
        assertThat(measured).hasToString("0 records came again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oops", "{", "{}", "[]", "{\"records\":0,\"nanos\":5}", "{\"records\":5,\"nanos\":0}"})
    void anythingElse_isRefused(String line) {
        assertThatThrownBy(() -> Measurement.parse(line)).isInstanceOf(BenchException.class);
    }
}
