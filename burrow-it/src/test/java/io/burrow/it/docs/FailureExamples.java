package io.burrow.it.docs;

import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowControl;
import io.burrow.api.MessageHandler;
import io.burrow.api.ParkedRecord;
import io.burrow.api.RetryAfterException;
import io.burrow.api.TerminalException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Java of docs/failures.md, between marks. */
final class FailureExamples {
    private FailureExamples() {}

    /** Where mails go. */
    interface Mail {
        int send(@Nullable String text);
    }

    static BurrowConfig policies() {
        // [policies]
        BurrowConfig config = BurrowConfig.builder()
                .retryPolicy(RetryPolicy.retries(10)
                        .and(RetryPolicy.within(Duration.ofMinutes(30)))
                        .on(IllegalArgumentException.class, RetryDecision.DEAD_LETTER)) // another attempt cannot help
                .backoff(BackoffStrategy.exponential(Duration.ofMillis(200), Duration.ofMinutes(2)))
                .build();
        // [policies]
        return config;
    }

    static MessageHandler<String, String> handler(Mail mail) {
        // [handler]
        MessageHandler<String, String> handler = message -> {
            int status = mail.send(message.value());
            if (status == 429) {
                throw new RetryAfterException(Duration.ofSeconds(30)); // whatever the policies say
            }
            if (status == 400) {
                throw new TerminalException("refused by the mail server"); // no other attempt
            }
        };
        // [handler]
        return handler;
    }

    static void parked(BurrowControl burrow) {
        // [parked]
        for (ParkedRecord parked : burrow.parked()) {
            burrow.retryParked(parked.partition(), parked.offset()); // or deadLetterParked, if there is a sink
        }
        // [parked]
    }

    static BurrowConfig breaker() {
        // [breaker]
        BurrowConfig config = BurrowConfig.builder()
                .breakerFailurePercent(50) // of the last breakerRecords attempts
                .breakerPause(Duration.ofSeconds(10))
                .breakerProbes(5)
                .errorThreshold(0) // the breaker decides, not the count in a row
                .build();
        // [breaker]
        return config;
    }
}
