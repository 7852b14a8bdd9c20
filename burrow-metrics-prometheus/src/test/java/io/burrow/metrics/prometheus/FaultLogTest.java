package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class FaultLogTest {
    private static final String CANARY = "canary";

    private final Lines lines = new Lines();
    private final FaultLog log = new FaultLog(lines);

    /** A logger that keeps its lines, with their key-values before them and what was thrown behind. */
    private static final class Lines extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1;

        private final transient List<String> all = new ArrayList<>();

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String format,
                Object @Nullable [] values,
                @Nullable Throwable thrown) {
            all.add(level + " " + MessageFormatter.basicArrayFormat(format, values) + (thrown == null ? "" : thrown));
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }

    @Test
    void exceptionOfSomebodyElse_isNamedByItsClass_withoutMessageOrCause() {
        log.warn("It broke", new IllegalStateException(CANARY, new IllegalArgumentException(CANARY)), 0);

        assertThat(lines.all)
                .singleElement()
                .asString()
                .startsWith("WARN ")
                .contains("It broke: java.lang.IllegalStateException (0 others since the last line)")
                .contains("error=java.lang.IllegalStateException", "others=0")
                .doesNotContain(CANARY);
    }

    @Test
    void ownError_isSaid_withoutItsCause() {
        log.warn(
                "It broke",
                new BurrowException(ErrorCode.CLOSED, "it is closed", new IllegalStateException(CANARY)),
                0);

        assertThat(lines.all)
                .singleElement()
                .asString()
                .contains("It broke: CLOSED", "it is closed")
                .doesNotContain(CANARY);
    }

    @Test
    void repeated_isSaidOnceInHalfAMinute_withHowOften() {
        long start = Long.MAX_VALUE - 1; // such clocks begin anywhere, and wrap
        for (int i = 0; i < 5; i++) {
            log.warn("It broke", new IllegalStateException(), start + i);
        }
        log.warn("It broke", new IllegalStateException(), start + FaultLog.EVERY_NANOS - 1);
        assertThat(lines.all).hasSize(1);

        log.warn("It broke", new IllegalStateException(), start + FaultLog.EVERY_NANOS);
        assertThat(lines.all).hasSize(2);
        assertThat(lines.all.get(1)).contains("(5 others since the last line)");
    }
}
