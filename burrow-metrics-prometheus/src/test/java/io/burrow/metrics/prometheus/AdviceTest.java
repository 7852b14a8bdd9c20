package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BlockedReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdviceTest {
    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void everyReason_hasAnAdvice_inWholeSentences(BlockedReason reason) {
        assertThat(Advice.on(reason)).matches("[A-Z].{20,}\\.");
    }
}
