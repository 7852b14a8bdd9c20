package io.burrow.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowConfig;
import io.burrow.api.Message;
import io.burrow.api.MessageHandler;
import io.burrow.api.TerminalException;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How a handler is tested: with the broker in memory and a clock that the test moves, no thread, no sleep. JUnit makes
 * a new object of this class for each test, so what is in its fields is new for each test too. There is nothing to
 * close.
 */
class HandlerWithoutABrokerTest {
    private final InMemoryBroker broker = new InMemoryBroker().createTopic("stock", 1);
    private final InMemoryDeadLetters<String, String> deadLetters = new InMemoryDeadLetters<>();
    private final TestClock clock = new TestClock();
    private final Warehouse warehouse = new Warehouse();

    private SteppedBurrow<String, String> start() {
        return SteppedBurrow.start(
                Burrow.<String, String>builder()
                        .source(broker.source("stock-keeper", List.of("stock")))
                        .deadLetters(deadLetters)
                        .config(BurrowConfig.builder()
                                .backoff(BackoffStrategy.fixed(Duration.ofSeconds(30)))
                                .build())
                        .handler(new StockKeeper(warehouse)),
                clock,
                42);
    }

    @Test
    void warehouseDown_isTriedAgain_andTheNextOfTheSameItemWaits() {
        broker.produce("stock", 0, "apples", "5");
        broker.produce("stock", 0, "apples", "7");
        warehouse.down = true;

        SteppedBurrow<String, String> burrow = start().settle();
        assertThat(warehouse.stock).isEmpty();

        warehouse.down = false;
        burrow.advance(Duration.ofSeconds(30));
        assertThat(warehouse.stock).containsExactly(Map.entry("apples", 7));
    }

    @Test
    void noNumber_goesToTheDeadLetters_andHoldsUpNobody() {
        broker.produce("stock", 0, "apples", "many");
        broker.produce("stock", 0, "apples", "7");

        start().advance(Duration.ofSeconds(5)); // a commit is due

        assertThat(deadLetters.letters()).hasSize(1);
        assertThat(warehouse.stock).containsExactly(Map.entry("apples", 7));
        assertThat(committed()).isEqualTo(2);
    }

    /** What every handler has to bear. */
    @Test
    void crashedBeforeTheCommit_comesAgain_andTheStockIsTheSame() {
        SteppedBurrow<String, String> burrow = start().settle(); // commits where it begins
        broker.produce("stock", 0, "apples", "5");
        broker.produce("stock", 0, "pears", "3");

        burrow.settle();
        assertThat(warehouse.calls).isEqualTo(2);
        assertThat(committed()).isZero();
        broker.faults().crash(broker.members("stock-keeper").get(0));

        start().advance(Duration.ofSeconds(5));
        assertThat(warehouse.calls).isEqualTo(4);
        assertThat(warehouse.stock).containsOnly(Map.entry("apples", 5), Map.entry("pears", 3));
        assertThat(committed()).isEqualTo(2);
    }

    private long committed() {
        return broker.committed("stock-keeper", new TopicPartition("stock", 0)).offset();
    }

    /** The handler under test: the value is how many there are of the item, not how many more. */
    private record StockKeeper(Warehouse warehouse) implements MessageHandler<String, String> {
        @Override
        public void handle(Message<String, String> message) {
            int count;
            try {
                count = Integer.parseInt(message.value());
            } catch (NumberFormatException e) {
                throw new TerminalException("not a number", e);
            }
            warehouse.set(message.key(), count);
        }
    }

    /** What the handler works on. */
    private static final class Warehouse {
        private final Map<String, Integer> stock = new HashMap<>();
        private int calls;
        private boolean down;

        void set(String item, int count) {
            calls++;
            if (down) {
                throw new IllegalStateException("the warehouse does not answer");
            }
            stock.put(item, count);
        }
    }
}
