package io.burrow.it.alacarte;

import io.burrow.api.TopicPartition;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemorySource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A hundred records in a broker in memory, and what must have become of them. Needs api and core alone. */
final class Orders {
    static final int COUNT = 100;

    private final InMemoryBroker broker = new InMemoryBroker();
    private final CountDownLatch handled = new CountDownLatch(COUNT);

    Orders() {
        broker.createTopic("orders", 1);
        for (int i = 0; i < COUNT; i++) {
            broker.produce("orders", 0, "key " + i % 7, "order " + i);
        }
    }

    InMemorySource<String, String> source() {
        return broker.source("group", List.of("orders"));
    }

    void handle() {
        handled.countDown();
    }

    void awaitHandled() throws InterruptedException {
        if (!handled.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("left: " + handled.getCount());
        }
    }

    /** Starts the Burrow, lets it handle everything, and closes it; prints what came of it. */
    void run(Burrow<String, String> burrow) throws InterruptedException {
        burrow.start();
        awaitHandled();
        close(burrow);
    }

    void close(Burrow<String, String> burrow) {
        burrow.close();
        long committed = Objects.requireNonNull(broker.committed("group", new TopicPartition("orders", 0)))
                .offset();
        System.out.println("handled " + burrow.stats().processed() + ", committed " + committed);
    }
}
