package io.burrow.it.docs;

import io.burrow.api.MessageHandler;
import io.burrow.api.RetryAfterException;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.Stage;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The Java of docs/stages.md, between marks. {@link StagesPageTest} holds the page to it word for word, and runs it.
 */
final class StageExamples {
    private StageExamples() {}

    static BurrowBuilder<String, String> shipped(
            MessageSource<String, String> source, MessageHandler<String, String> mailer) {
        // [shipped]
        BurrowBuilder<String, String> builder = Burrow.<String, String>builder()
                .source(source)
                .stage(Stages.filter(message -> message.value() != null)) // the first is outermost
                .stage(Stages.deduplicate(message -> message.value(), Duration.ofMinutes(10), 100_000))
                .stage(Stages.when(
                        message -> message.value().startsWith("newsletter"),
                        Stages.rateLimit(10, Duration.ofSeconds(1))))
                .stage(Stages.timeLimit(Duration.ofSeconds(20)))
                .handler(mailer);
        // [shipped]
        return builder;
    }

    static Stage<String, String> own(Consumer<Duration> took) {
        // [own]
        Stage<String, String> measured = next -> message -> {
            long started = System.nanoTime();
            try {
                return next.handle(message);
            } finally {
                took.accept(Duration.ofNanos(System.nanoTime() - started));
            }
        };
        // [own]
        return measured;
    }

    static Stage<String, String> ownAsynchronous(Consumer<Duration> took) {
        // [own-asynchronous]
        Stage<String, String> measured = next -> message -> {
            long started = System.nanoTime();
            return next.handle(message)
                    .whenComplete((value, error) -> took.accept(Duration.ofNanos(System.nanoTime() - started)));
        };
        // [own-asynchronous]
        return measured;
    }

    static Stage<String, String> rateLimiter(Consumer<RateLimiter> made) {
        // [rate-limiter]
        RateLimiter limiter = RateLimiter.of(
                "mails",
                RateLimiterConfig.custom()
                        .limitForPeriod(10)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(Duration.ofMinutes(1))
                        .build());
        Stage<String, String> limited = next -> message -> {
            RateLimiter.waitForPermission(limiter); // throws after a minute: a failed attempt
            return next.handle(message);
        };
        // [rate-limiter]
        made.accept(limiter);
        return limited;
    }

    static Stage<String, String> circuitBreaker(Consumer<CircuitBreaker> made) {
        // [circuit-breaker]
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("mails");
        Stage<String, String> guarded = next -> message -> {
            try {
                return breaker.executeCallable(() -> next.handle(message));
            } catch (CallNotPermittedException open) {
                throw new RetryAfterException(Duration.ofSeconds(10), open); // not the record's fault
            }
        };
        // [circuit-breaker]
        made.accept(breaker);
        return guarded;
    }
}
