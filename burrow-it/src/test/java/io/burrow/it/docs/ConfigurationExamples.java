package io.burrow.it.docs;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.ConfigException;
import io.burrow.api.Ordering;
import io.burrow.api.spi.RetryPolicy;
import java.time.Duration;

/** The Java of docs/configuration.md, between marks. */
final class ConfigurationExamples {
    private ConfigurationExamples() {}

    static BurrowConfig settings() {
        // [settings]
        BurrowConfig config = BurrowConfig.builder()
                .name("mailer")
                .ordering(Ordering.KEY)
                .concurrency(500)
                .retryPolicy(RetryPolicy.retries(10))
                .commitInterval(Duration.ofSeconds(2))
                .build();
        // [settings]
        return config;
    }

    static String wrong() {
        try {
            // [wrong]
            BurrowConfig.builder().concurrency(0).commitInterval(Duration.ZERO).build();
            // [wrong]
            return "nothing";
        } catch (ConfigException e) {
            return String.valueOf(e.getMessage());
        }
    }

    static void change(BurrowControl burrow) {
        // [change]
        burrow.reconfigure(config -> config.concurrency(200).maxRecordsPerSecond(1_000));
        // [change]
    }
}
