package io.burrow.it.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code ./burrow broker}: a broker for people who have none, in a process of its own, until a signal ends
 * this process or that one ends.
 */
public final class LocalBroker {
    /** What a JVM ends with that SIGHUP, SIGINT or SIGTERM asked to: a terminal sends them to the broker as well. */
    private static final Set<Integer> ASKED_TO_END = Set.of(129, 130, 143);

    private static final int START_SECONDS = 30;

    private final int port;
    private final List<Topic> topics;
    private final Consumer<? super String> tell;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean ending;
    private volatile @Nullable BrokerProcess started;

    /**
     * A topic to create.
     *
     * @param name its name
     * @param partitions how many
     * @param records how many to write into it
     */
    public record Topic(String name, int partitions, int records) {}

    /**
     * Prepares it.
     *
     * @param port where it listens; 0 for any port that is free
     * @param topics what to create
     * @param tell gets what happens, line by line
     */
    public LocalBroker(int port, List<Topic> topics, Consumer<? super String> tell) {
        this.port = port;
        this.topics = List.copyOf(topics);
        this.tell = tell;
    }

    /**
     * Runs until a signal comes, which ends this process with the status 0.
     *
     * @throws LocalBrokerException if it cannot start, or ends by itself
     */
    public void run() {
        Thread onSignal = new Thread(this::endOnSignal, "local-broker-exit");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (BrokerProcess broker = start()) {
            started = broker;
            topics.forEach(topic -> create(topic, broker));
            tell.accept("for trying things, not for production: its data is gone when it ends; Ctrl-C ends it");
            tell.accept("listening on localhost:" + broker.port());
            awaitEnd(broker);
        } catch (RuntimeException failure) {
            if (!ending) {
                throw failure;
            }
        } finally {
            over.countDown();
            Exits.remove(onSignal);
        }
    }

    private BrokerProcess start() {
        try {
            return BrokerProcess.builder().port(port).start();
        } catch (IllegalStateException refused) {
            throw new LocalBrokerException("no broker could be started: " + refused.getMessage(), refused);
        }
    }

    private void create(Topic topic, BrokerProcess broker) {
        String name = topic.name();
        try {
            broker.createTopic(name, topic.partitions());
            if (topic.records() > 0) {
                broker.produce(
                        name,
                        () -> IntStream.rangeClosed(1, topic.records())
                                .mapToObj(number -> numbered(name, number))
                                .iterator());
            }
        } catch (KafkaException | IllegalStateException refused) {
            throw new LocalBrokerException("cannot make the topic " + name + ": " + refused.getMessage(), refused);
        }
        tell.accept("topic " + name + ": partitions " + topic.partitions() + ", records " + topic.records());
    }

    private static ProducerRecord<byte[], byte[]> numbered(String topic, int number) {
        return new ProducerRecord<>(topic, ("key-" + number).getBytes(UTF_8), (topic + " " + number).getBytes(UTF_8));
    }

    private void awaitEnd(BrokerProcess broker) {
        int status = broker.child().onExit().join().exitValue();
        if (!ending && !ASKED_TO_END.contains(status)) {
            throw new LocalBrokerException(
                    "the broker ended by itself, with status " + status + "\n" + broker.endOfLog(), null);
        }
    }

    /** The JVM would end with the signal's status. */
    private void endOnSignal() {
        ending = true;
        int status = 1;
        try {
            BrokerProcess broker = started;
            if (broker != null) {
                broker.close();
                status = 0;
            } else if (over.await(START_SECONDS, TimeUnit.SECONDS)) {
                status = 0; // a broker that is being started has a hook of its own, which ended it, and so the start
            }
        } catch (InterruptedException giveUp) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }
}
