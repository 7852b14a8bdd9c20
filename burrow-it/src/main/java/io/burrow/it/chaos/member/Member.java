package io.burrow.it.chaos.member;

import io.burrow.api.BurrowException;
import io.burrow.api.CloseResult;
import io.burrow.api.Ordering;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.HistoryWriter;
import io.burrow.kafka.KafkaDeadLetters;
import io.burrow.kafka.KafkaSource;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * One member of the group: a Burrow, and another one when that gives up or cannot start, until it is to leave. What it
 * is told to do it does on a thread of its own, one thing after the other.
 */
final class Member {

    static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

    private static final int POLL_INTERVAL_MILLIS = 6_000;
    private static final int POLL_MILLIS = 100;
    /** What measuring the close may add to it: threads that are on their way out, and the thread that measures. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final MemberSettings settings;
    private final String name;
    private final NotedHandler.Slowness slowness;
    private final PauseMeter pauses;
    private final ConsumerMaker consumers;
    private final HistoryWriter history;
    private final ExecutorService thread;
    private volatile boolean leaving;
    private volatile @Nullable Burrow<String, String> burrow;

    Member(
            MemberSettings settings,
            String name,
            NotedHandler.Slowness slowness,
            PauseMeter pauses,
            ConsumerMaker consumers)
            throws IOException {
        this.settings = settings;
        this.name = name;
        this.slowness = slowness;
        this.pauses = pauses;
        this.consumers = consumers;
        this.history = new HistoryWriter(settings.directory().resolve(name));
        this.thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "director"));
    }

    /** Starts a Burrow. Returns at once. */
    void join() {
        thread.execute(this::start);
    }

    /** Closes Burrow, writes down how that went, and calls back. Returns at once. */
    void leave(Predicate<Thread> others, Runnable done) {
        leaving = true;
        thread.execute(() -> {
            close(others);
            done.run();
        });
        thread.shutdown();
    }

    /** Shows what can be seen of it. */
    void show(PrintStream out) {
        Burrow<String, String> current = burrow;
        out.println("member " + name + ": "
                + (current == null ? "not started" : current.health() + "\n" + current.stats()));
    }

    /** Whether a thread has the name of this member in its own. */
    boolean owns(Thread each) {
        return each.getName().contains(name + "-") || each.getName().endsWith(name);
    }

    private void start() {
        while (!leaving) {
            history.write(new Event.Built(HistoryWriter.now()));
            Burrow<String, String> built = build();
            try {
                built.start();
                burrow = built;
                return;
            } catch (BurrowException notYet) {
                // A broker may be away: whoever supervises a service would start it again.
                System.err.println("member " + name + " cannot start: " + notYet.getMessage());
                built.close(CLOSE_BOUND);
            }
        }
    }

    private void restart() {
        try {
            thread.execute(() -> {
                Burrow<String, String> current = burrow;
                // One that could not start has been followed by another already.
                if (current != null && current.state().isTerminal()) {
                    current.close(CLOSE_BOUND);
                    burrow = null;
                    start();
                }
            });
        } catch (RejectedExecutionException leaves) {
            // nothing to start for
        }
    }

    private void close(Predicate<Thread> others) {
        Burrow<String, String> current = burrow;
        burrow = null;
        if (current == null) {
            return;
        }
        long from = System.nanoTime();
        long paused = pauses.nanos();
        CloseResult result = current.close(CLOSE_BOUND);
        long nanos = System.nanoTime() - from - (pauses.nanos() - paused);
        boolean late = nanos > CLOSE_BOUND.plus(MARGIN).toNanos();
        history.write(new Event.Closed(
                HistoryWriter.now(),
                result.clean(),
                late,
                Leftovers.of(
                        each -> others.test(each) || result.threadsInUserCode().contains(each.getName()), MARGIN)));
    }

    private Burrow<String, String> build() {
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(consumerProperties())
                .consumerFactory(properties -> consumers.make(
                        properties, history, pauses, Duration.ofMillis(POLL_INTERVAL_MILLIS / 2 + POLL_MILLIS)))
                .topics(settings.topic())
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .openTimeout(Duration.ofSeconds(10))
                .build();
        KafkaDeadLetters<String, String> deadLetters = KafkaDeadLetters.<String, String>builder()
                .properties(producerProperties())
                // A topic of one name would have to be there at the start, and it may just have vanished.
                .topicOf(any -> settings.deadLetterTopic())
                .build();
        return Burrow.<String, String>builder()
                .source(source)
                .deadLetters(new NotedDeadLetters(deadLetters, history))
                .listener(new Noting(history, this::restart))
                .handler(new NotedHandler(history, slowness, settings.seed()))
                .config(config -> config.name(name)
                        .ordering(Ordering.KEY)
                        .concurrency(16)
                        .snapshots(true)
                        .retryPolicy(RetryPolicy.retries(3))
                        .backoff(BackoffStrategy.fullJitter(Duration.ofMillis(20), Duration.ofMillis(200)))
                        .deadLetterBackoff(BackoffStrategy.fixed(Duration.ofMillis(200)))
                        .errorThreshold(0)
                        .commitInterval(Duration.ofMillis(200))
                        .minCommitInterval(Duration.ofMillis(50))
                        .commitTimeout(Duration.ofSeconds(2))
                        .drainTimeout(Duration.ofSeconds(2))
                        .pollTimeout(Duration.ofMillis(POLL_MILLIS)))
                .build();
    }

    private Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, name);
        properties.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 1_000);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return properties;
    }

    private Map<String, Object> consumerProperties() {
        Map<String, Object> properties = clientProperties();
        properties.putAll(settings.mode().properties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        properties.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, POLL_INTERVAL_MILLIS);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    private Map<String, Object> producerProperties() {
        Map<String, Object> properties = clientProperties();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return properties;
    }
}
