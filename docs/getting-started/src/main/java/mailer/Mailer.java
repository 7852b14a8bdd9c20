package mailer;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import java.util.Map;
import org.apache.kafka.common.serialization.StringDeserializer;

public final class Mailer {
    public static void main(String[] args) {
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(Map.of(
                        "bootstrap.servers", args.length == 0 ? "localhost:9092" : args[0],
                        "group.id", "mailer",
                        "auto.offset.reset", "earliest"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .config(c -> c.name("mailer").ordering(Ordering.KEY).concurrency(500))
                .handler(Mailer::send)
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(burrow::close)); // finish what runs, commit, leave the group
        burrow.start();
    }

    private static void send(Message<String, String> order) throws InterruptedException {
        Thread.sleep(50); // a mail server that takes its time
        System.out.println("sent " + order.value());
    }
}
