package mailer;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.MessageHandler;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailerTest {
    @Test
    void mailServerDown_isTriedAgain() {
        List<String> sent = new ArrayList<>();
        MessageHandler<String, String> handler = order -> {
            if (order.attempt() == 1) {
                throw new IllegalStateException("the mail server is down");
            }
            sent.add(order.value());
        };
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("mailer", List.of("orders")))
                        .config(c -> c.backoff(BackoffStrategy.fixed(Duration.ofSeconds(30))))
                        .handler(handler),
                new TestClock(),
                42);

        broker.produce("orders", 0, "customer-7", "order 1");
        burrow.settle(); // the first attempt fails
        assertThat(sent).isEmpty();

        burrow.advance(Duration.ofSeconds(30)); // the retry is due
        assertThat(sent).containsExactly("order 1");
    }
}
