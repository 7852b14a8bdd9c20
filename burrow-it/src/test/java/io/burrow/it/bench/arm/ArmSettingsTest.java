package io.burrow.it.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.it.bench.arm.Consumption.Order;
import io.burrow.it.bench.arm.Consumption.Threads;
import io.burrow.it.bench.arm.Work.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArmSettingsTest {

    private static final Consumption ODD = Consumption.noop(Order.KEY)
            .doing(new Work(Kind.SLEEP, 5_000))
            .on(7, Threads.PLATFORM)
            .committingEvery(100)
            .buffering(9)
            .withTimes();

    @Test
    void arguments_areReadAsTheyWereWritten() {
        ArmSettings settings = new ArmSettings(
                ArmKind.PARALLEL_TUNED, "localhost:9092", "a=b", "group", ODD, new Span(1, 2, 3, 4), null);
        ArmSettings killed = settings.with(new Crash("/a/b=c", 100, 8, 50));

        assertThat(ArmSettings.parse(settings.arguments().toArray(String[]::new)))
                .isEqualTo(settings);
        assertThat(ArmSettings.parse(killed.arguments().toArray(String[]::new))).isEqualTo(killed);
    }

    @ParameterizedTest
    @EnumSource
    void work_isReadAsItWasWritten(Kind kind) {
        assertThat(Work.parse(new Work(kind, 50_000).text())).isEqualTo(new Work(kind, 50_000));
    }

    @Test
    void missingArgument_isNamed() {
        assertThatThrownBy(() -> ArmSettings.parse("kind=BARE")).hasMessage("missing: servers");
        assertThatThrownBy(() -> ArmSettings.parse("kind")).hasMessage("not name=value: kind");
    }

    @Test
    void failingWork_failsOneFirstAttemptInAHundred() {
        Work failing = new Work(Kind.FAIL, 0);
        int failures = 0;
        for (int offset = 0; offset < 1_000; offset++) {
            failures += failing.fails(offset, 1) ? 1 : 0;
            assertThat(failing.fails(offset, 2)).isFalse();
        }

        assertThat(failures).isEqualTo(10);
        assertThatThrownBy(() -> failing.run(0, 100, 1)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void span_beginsAndEndsWithWhatComesFirst() {
        Span span = new Span(100, 1_000, 5, 8);

        assertThat(span.isWarm(99, 4_999_999)).isFalse();
        assertThat(span.isWarm(100, 0)).isTrue();
        assertThat(span.isWarm(0, 5_000_000)).isTrue();
        assertThat(span.isOver(999, 7_999_999)).isFalse();
        assertThat(span.isOver(1_000, 0)).isTrue();
        assertThat(span.isOver(0, 8_000_000)).isTrue();
    }
}
