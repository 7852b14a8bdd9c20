package io.burrow.it.alacarte;

import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Needs api, core and kafka. */
final class KafkaMain {
    private KafkaMain() {}

    /** Takes the broker's address, a topic with three records, and a group. */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch handled = new CountDownLatch(3);
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source(args))
                .deadLetters(deadLetters(args))
                .handler(message -> handled.countDown())
                .build();
        burrow.start();
        await(handled);
        burrow.close();
        System.out.println("handled " + burrow.stats().processed());
    }

    static KafkaSource<String, String> source(String[] args) {
        return KafkaSource.<String, String>builder()
                .properties(Map.of("bootstrap.servers", args[0], "group.id", args[2], "auto.offset.reset", "earliest"))
                .topics(args[1])
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
    }

    static KafkaDeadLetters<String, String> deadLetters(String[] args) {
        return KafkaDeadLetters.<String, String>builder()
                .properties(Map.of("bootstrap.servers", args[0]))
                .build();
    }

    static void await(CountDownLatch handled) throws InterruptedException {
        if (!handled.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("left: " + handled.getCount());
        }
    }
}
