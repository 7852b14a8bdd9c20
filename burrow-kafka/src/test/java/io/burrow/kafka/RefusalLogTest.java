package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalLogTest {
    private final RefusalLog log = new RefusalLog();

    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 7})
    void isDue_sameAgain_onlyAfterAMinute(long start) {
        assertThat(log.isDue("dead", "too large", start)).isTrue();
        assertThat(log.isDue("dead", "too large", start + RefusalLog.EVERY_NANOS - 1))
                .isFalse();
        assertThat(log.isDue("dead", "too large", start + RefusalLog.EVERY_NANOS))
                .isTrue();
        assertThat(log.isDue("dead", "too large", start + RefusalLog.EVERY_NANOS + 1))
                .isFalse();
    }

    @Test
    void isDue_anotherTopicOrReason_isToldByItself() {
        assertThat(log.isDue("dead", "too large", 0)).isTrue();
        assertThat(log.isDue("dead", "no right", 0)).isTrue();
        assertThat(log.isDue("other", "too large", 0)).isTrue();
    }

    @Test
    void isDue_endlessTopics_areBounded() {
        for (int i = 0; i < 5_000; i++) {
            log.isDue("dead-" + i, "no right", 0);
        }

        assertThat(log.isDue("dead-5000", "no right", 0)).isFalse();
        assertThat(log.isDue("dead-0", "no right", RefusalLog.EVERY_NANOS)).isTrue();
    }
}
