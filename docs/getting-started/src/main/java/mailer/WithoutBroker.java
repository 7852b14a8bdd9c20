package mailer;

import io.burrow.api.CloseResult;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import java.time.Duration;
import java.util.List;

public final class WithoutBroker {
    public static void main(String[] args) throws InterruptedException {
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        for (int i = 0; i < 1_000; i++) {
            broker.produce("orders", "customer-" + i % 300, "order-" + i);
        }
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(broker.source("mailer", List.of("orders")))
                .config(c -> c.concurrency(300))
                .handler(order -> Thread.sleep(50))
                .build();
        burrow.start();
        while (broker.lag("mailer") > 0) { // until all is committed
            Thread.sleep(10);
        }
        CloseResult result = burrow.close(Duration.ofSeconds(30));
        System.out.println("handled " + burrow.stats().processed() + ", clean close: " + result.clean());
    }
}
