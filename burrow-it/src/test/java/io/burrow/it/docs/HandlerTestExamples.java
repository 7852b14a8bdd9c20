package io.burrow.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.MessageHandler;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.List;

/** The Java of docs/testing.md, between marks. */
final class HandlerTestExamples {
    private HandlerTestExamples() {}

    static void alone(MessageHandler<String, String> mailer, List<String> sent) throws Exception {
        // [alone]
        mailer.handle(TestMessage.of("customer-7", "order 1"));
        assertThat(sent).containsExactly("order 1");
        // [alone]
    }

    static void whole(MessageHandler<String, String> mailer) {
        // [whole]
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        InMemoryDeadLetters<String, String> dead = new InMemoryDeadLetters<>();
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .deadLetters(dead)
                        .config(c -> c.retryPolicy(RetryPolicy.retries(2))
                                .backoff(BackoffStrategy.fixed(Duration.ofSeconds(30))))
                        .handler(mailer),
                new TestClock(),
                42);

        broker.produce("orders", 0, "customer-7", "no such address");
        burrow.settle(); // the first attempt
        burrow.advance(Duration.ofSeconds(59));
        assertThat(dead.letters()).isEmpty(); // the third is due in a second
        burrow.advance(Duration.ofSeconds(1));
        assertThat(dead.letters()).hasSize(1);
        // [whole]
    }
}
