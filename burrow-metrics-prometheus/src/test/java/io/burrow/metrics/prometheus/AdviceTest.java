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

    /** A plain dump shows no virtual threads, and handlers run on those where there are any. */
    @ParameterizedTest
    @EnumSource(names = {"HELD_BY_STUCK", "HELD_BY_FORMER"})
    void whereAThreadDumpIsAdvised_itIsOneThatShowsVirtualThreads(BlockedReason reason) {
        assertThat(Advice.on(reason)).contains("Take a thread dump: jcmd PID Thread.dump_to_file -format=json FILE");
    }
}
