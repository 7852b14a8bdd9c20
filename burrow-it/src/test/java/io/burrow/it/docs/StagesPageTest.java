package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.RetryAfterException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.Stage;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.stage.Stages;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.core.testing.TestMessage;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.ratelimiter.RateLimiter;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Holds docs/stages.md to the examples, and runs every one of them. */
class StagesPageTest {
    private final Page page = new Page("docs/stages.md", StageExamples.class);
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
    private final TestClock clock = new TestClock();
    private final List<String> sent = new ArrayList<>();

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryExampleIsShown() throws IOException {
        page.assertShowsItsExamplesWordForWord();
    }

    @Test
    void everyLink_leadsToAFile() throws IOException {
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void everyStageThatShips_isNamed() throws IOException {
        assertThat(Arrays.stream(Stages.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(Method::getName))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(page.text()).contains("| `" + name + "` |"));
    }

    @Test
    void shipped_filterDeduplicateAndLimit() {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                StageExamples.shipped(broker.source("mailer", List.of("orders")), message -> sent.add(message.value())),
                clock,
                1);
        broker.produce("orders", "a", "newsletter 1");
        broker.produce("orders", "b", "newsletter 2");
        broker.produce("orders", "c", null);
        broker.produce("orders", "d", "order 1");
        burrow.settle();
        assertThat(sent).hasSize(2).contains("order 1");
        broker.produce("orders", "e", "order 1");
        burrow.advance(Duration.ofSeconds(10));
        assertThat(sent).containsExactlyInAnyOrder("newsletter 1", "newsletter 2", "order 1");
        assertThat(broker.lag("mailer")).isZero();
    }

    @Test
    void own_measuresTheHandler() throws Exception {
        List<Duration> took = new ArrayList<>();
        StageExamples.own(took::add).wrap(message -> AsyncMessageHandler.done()).handle(TestMessage.of("k", "v"));
        assertThat(took).hasSize(1);
        CompletableFuture<Object> stage = new CompletableFuture<>();
        StageExamples.ownAsynchronous(took::add).wrap(message -> stage).handle(TestMessage.of("k", "v"));
        assertThat(took).hasSize(1);
        stage.complete("done");
        assertThat(took).hasSize(2);
    }

    @Test
    void rateLimiter_givesEachAttemptItsPermission() {
        AtomicReference<RateLimiter> limiter = new AtomicReference<>();
        AtomicInteger given = new AtomicInteger();
        Stage<String, String> limited = StageExamples.rateLimiter(limiter::set);
        limiter.get().getEventPublisher().onSuccess(event -> given.incrementAndGet());
        SteppedBurrow<String, String> burrow = start(limited, () -> false);
        produce(12); // two of them wait for the next second
        burrow.settle().advance(Duration.ofSeconds(5));
        assertThat(sent).hasSize(12);
        assertThat(given.get()).isEqualTo(12);
        assertThat(broker.lag("mailer")).isZero();
    }

    @Test
    void circuitBreaker_opens_andWhatItRefusesIsNotExhausted() {
        AtomicReference<CircuitBreaker> breaker = new AtomicReference<>();
        AtomicBoolean broken = new AtomicBoolean(true);
        Stage<String, String> guarded = StageExamples.circuitBreaker(breaker::set);
        SteppedBurrow<String, String> burrow = start(guarded, broken::get);
        produce(150);
        burrow.settle();
        assertThat(breaker.get().getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(sent).hasSize(100); // its default: a hundred calls before it judges
        assertThat(failures).hasSize(150);
        assertThat(failures.stream().map(Failure::cause))
                .filteredOn(RetryAfterException.class::isInstance)
                .hasSize(50)
                .allMatch(refused -> refused.getCause() instanceof CallNotPermittedException);
        assertThat(decisions).containsOnly(RetryDecision.RETRY);
        broken.set(false);
        breaker.get().reset();
        burrow.advance(Duration.ofSeconds(30));
        assertThat(broker.lag("mailer")).isZero();
        assertThat(burrow.burrow().stats().processed()).isEqualTo(150);
    }

    private final List<Failure> failures = new ArrayList<>();
    private final List<RetryDecision> decisions = new ArrayList<>();

    private SteppedBurrow<String, String> start(
            Stage<String, String> stage, java.util.function.BooleanSupplier broken) {
        BurrowBuilder<String, String> builder = Burrow.<String, String>builder()
                .source(broker.source("mailer", List.of("orders")))
                .config(c -> c.concurrency(200).backoff(BackoffStrategy.fixed(Duration.ofSeconds(5))))
                .stage(stage)
                .listener(new BurrowListener() {
                    @Override
                    public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
                        failures.add(failure);
                        decisions.add(decision);
                    }
                })
                .handler(message -> {
                    sent.add(message.value());
                    if (broken.getAsBoolean()) {
                        throw new IllegalStateException("mail server is down");
                    }
                });
        return SteppedBurrow.start(builder, clock, 1);
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            broker.produce("orders", "customer-" + i, "order-" + i);
        }
    }
}
