package io.burrow.it.docs;

import io.burrow.api.BurrowConfig;
import io.burrow.api.spi.ConcurrencyLimit;
import java.time.Duration;

/** The Java of docs/tuning.md, between marks. */
final class TuningExamples {
    private TuningExamples() {}

    static BurrowConfig limiter() {
        // [limiter]
        BurrowConfig config = BurrowConfig.builder()
                .concurrency(1_000) // the ceiling
                .minConcurrency(10)
                .concurrencyLimit(ConcurrencyLimit.aimd(Duration.ofMillis(200)))
                .build();
        // [limiter]
        return config;
    }
}
