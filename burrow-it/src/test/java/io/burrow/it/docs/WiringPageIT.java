package io.burrow.it.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.burrow.api.BurrowState;
import io.burrow.api.MessageHandler;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.EmbeddedKafka;
import io.burrow.kafka.KafkaSource;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Holds docs/wiring.md to its examples, and runs those. */
class WiringPageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway") // set before the first test
    private static EmbeddedKafka kafka;

    private final Page page = new Page("docs/wiring.md", WiringExamples.class);
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final MessageHandler<String, String> mailer = message -> sent.add(message.value());

    private final Set<TopicPartition> assigned = ConcurrentHashMap.newKeySet();
    private final BurrowListener listener = new BurrowListener() {
        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            assigned.addAll(partitions);
        }
    };

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
        kafka.createTopic("orders", 2);
        kafka.produce(
                "orders",
                IntStream.range(0, 100)
                        .mapToObj(i -> new ProducerRecord<>(
                                "orders", ("customer-" + i).getBytes(UTF_8), ("order " + i).getBytes(UTF_8)))
                        .toList());
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void everyJavaBlock_isAnExampleThatIsRun_andEveryLinkLeadsToAFile() throws IOException {
        page.assertShowsItsExamplesWordForWord();
        page.assertItsLinksLeadToFiles();
    }

    @Test
    void spring_startsAndClosesIt() {
        Burrow<?, ?> burrow;
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(
                            new MapPropertySource("test", Map.of("kafka.bootstrap-servers", kafka.bootstrapServers())));
            context.register(WiringExamples.MailerConfiguration.class);
            context.registerBean("handler", MessageHandler.class, () -> mailer);
            context.registerBean("listener", BurrowListener.class, () -> listener);
            context.refresh();
            burrow = context.getBean(Burrow.class);
            Await.until("all sent", LIMIT, () -> sent.size() >= 100);
        }
        assertThat(burrow.state()).isEqualTo(BurrowState.CLOSED);
        assertThat(assigned).hasSize(2);
    }

    @Test
    void guice_wiresConfigHandlerAndListener() {
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "group.id",
                        "guice",
                        "auto.offset.reset",
                        "earliest"))
                .topics("orders")
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .build();
        Injector injector = WiringExamples.guice(source, mailer, listener);
        Burrow<String, String> burrow = injector.getInstance(Key.get(new TypeLiteral<Burrow<String, String>>() {}));
        burrow.start();
        Await.until("all sent", LIMIT, () -> sent.size() >= 100);
        List<String> said = new ArrayList<>();
        WiringExamples.close(burrow, said::add);
        assertThat(said).isEmpty();
        assertThat(burrow.name()).isEqualTo("mailer");
        assertThat(assigned).hasSize(2);
    }

    @Test
    void cdi_startsAndClosesIt() {
        InMemoryBroker broker = new InMemoryBroker().createTopic("orders", 1);
        broker.produce("orders", "customer-7", "order 1");
        MessageSource<String, String> source = broker.source("mailer", List.of("orders"));
        WiringExamples.MailerLifecycle lifecycle = new WiringExamples.MailerLifecycle(source, mailer);
        lifecycle.onStart(new Startup());
        Await.until("sent", LIMIT, () -> sent.contains("order 1"));
        lifecycle.onStop(new Shutdown());
        assertThat(broker.lag("mailer")).isZero();
    }
}
