package io.burrow.it.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowState;
import io.burrow.api.Ordering;
import io.burrow.core.Burrow;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerProcess;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaTransactions;
import io.burrow.kafka.TransactionalHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The broker does not answer, or dies, in the middle of transactions. */
@Timeout(240)
class ExactlyOnceBrokerIT {
    private static final int ROUNDS = 4;
    private static final int EACH_ROUND = 2_000;
    private static final int PARTITIONS = 2;
    /** So many records at the end of each round wait until the broker is out of reach: then there is work to commit. */
    private static final int HELD = 5;

    private final AtomicInteger roundsOpen = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void brokerFrozenAndKilledDuringTransactions_eachOutputOnce(GroupProtocol protocol) {
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createTopic("orders", PARTITIONS);
            Receipts receipts = Receipts.on(broker);
            NotAnswered calls = new NotAnswered();
            try (Burrow<String, String> burrow =
                    start(broker, protocol, transactions(broker, calls, Map.of()), (message, outputs) -> {
                        awaitItsTurn(message.offset());
                        Receipts.write(receipts.topic(), message, outputs);
                        LockSupport.parkNanos(new Random(message.offset()).nextInt(20_000_000));
                    })) {
                for (int round = 1; round <= ROUNDS; round++) {
                    produce(broker);
                    long before = (long) PARTITIONS * (round * EACH_ROUND - HELD);
                    Await.until("the commit of all that is not held", Scene.LIMIT, () -> committed(broker) == before);
                    int notAnswered = calls.notAnswered.get();
                    if (round % 2 == 1) {
                        broker.pause();
                        roundsOpen.set(round);
                        Await.until(
                                "calls without an answer", Scene.LIMIT, () -> calls.notAnswered.get() > notAnswered);
                        broker.resume();
                    } else {
                        broker.kill();
                        roundsOpen.set(round);
                        Await.until(
                                "calls without an answer", Scene.LIMIT, () -> calls.notAnswered.get() > notAnswered);
                        broker.restart();
                    }
                }
                long all = (long) PARTITIONS * ROUNDS * EACH_ROUND;
                Await.until("all commits", Scene.LIMIT, () -> committed(broker) == all);
                assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
            }
            receipts.assertEachOnce(PARTITIONS, (long) ROUNDS * EACH_ROUND);
        }
    }

    /** More is to be written at once than the client has memory for, and it waits for room with each record. */
    @Test
    void brokerFrozenWithTheClientsMemoryFull_commitGivesUpWithTheFirstThatFindsNoRoom() {
        int outputsEach = 40;
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createTopic("orders", 1);
            Receipts receipts = Receipts.on(broker);
            Sends sends = new Sends();
            CountDownLatch frozen = new CountDownLatch(1);
            AtomicInteger written = new AtomicInteger();
            try (Burrow<String, String> burrow = start(
                    broker,
                    GroupProtocol.CONSUMER,
                    transactions(broker, sends, Map.of(ProducerConfig.BUFFER_MEMORY_CONFIG, 64 * 1024)),
                    (message, outputs) -> {
                        for (int i = 0; i < outputsEach; i++) {
                            outputs.send(new ProducerRecord<>(receipts.topic(), 0, null, i + " " + "x".repeat(10_000)));
                        }
                        written.incrementAndGet();
                        frozen.await();
                    })) {
                broker.produce("orders", List.of(new ProducerRecord<>("orders", 0, null, "one".getBytes(UTF_8))));
                Await.until("the outputs", Scene.LIMIT, () -> written.get() == 1);
                broker.pause();
                frozen.countDown();
                Await.until("the end of the first transaction with outputs", Scene.LIMIT, sends.aborted::get);
                broker.resume();
                Await.until("the commit", Scene.LIMIT, () -> committed(broker) == 1);
                assertThat(burrow.state()).isEqualTo(BurrowState.RUNNING);
            }
            assertThat(sends.inTheFirst).hasValueBetween(1, outputsEach - 1);
            assertThat(receipts.committed()).isEqualTo(outputsEach);
        }
    }

    private static long committed(BrokerProcess broker) {
        return broker.committed("g").values().stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    private static void produce(BrokerProcess broker) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int to = partition;
            broker.produce(
                    "orders",
                    IntStream.range(0, EACH_ROUND)
                            .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                                    "orders", to, null, Integer.toString(i).getBytes(UTF_8)))
                            .toList());
        }
    }

    private void awaitItsTurn(long offset) {
        while (offset % EACH_ROUND >= EACH_ROUND - HELD && roundsOpen.get() <= offset / EACH_ROUND) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static KafkaTransactions<String, String> transactions(
            BrokerProcess broker, Faults.Hands hands, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "one");
        // this is not about transactions that time out
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
        return KafkaTransactions.<String, String>builder()
                .properties(properties)
                .producerFactory(all -> Faults.producer(all, hands))
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer())
                .build();
    }

    private static Burrow<String, String> start(
            BrokerProcess broker,
            GroupProtocol protocol,
            KafkaTransactions<String, String> transactions,
            TransactionalHandler<String, String, String, String> handler) {
        Map<String, Object> consumer = new HashMap<>(protocol.properties());
        consumer.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, "g");
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(consumer)
                        .topics("orders")
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .transactions(transactions)
                        .build())
                .config(Scene.quick())
                .config(config -> config.ordering(Ordering.UNORDERED).concurrency(50))
                .handler(transactions.handler(handler))
                .build();
        burrow.start();
        return burrow;
    }

    /**
     * Counts calls of transactions that were not answered. A send whose topic is not known any more, since the client
     * forgets a cluster of which no node can be reached, tells only its callback; what follows is an abort, which is
     * answered by nobody, as the broker has heard nothing of that transaction.
     */
    private static final class NotAnswered implements Faults.Hands {
        final AtomicInteger notAnswered = new AtomicInteger();

        @Override
        public @Nullable Object pass(String name, Faults.Call call) throws Throwable {
            if (name.equals("abortTransaction")) {
                notAnswered.incrementAndGet();
            }
            try {
                return call.make();
            } catch (TimeoutException e) {
                notAnswered.incrementAndGet(); // whichever: an abort that is not answered comes before all others
                throw e;
            }
        }
    }

    /** Counts what is sent in the first transaction that sends anything and is aborted. Used by the loop. */
    private static final class Sends implements Faults.Hands {
        final AtomicBoolean aborted = new AtomicBoolean();
        final AtomicInteger inTheFirst = new AtomicInteger();

        @Override
        public @Nullable Object pass(String name, Faults.Call call) throws Throwable {
            if (!aborted.get()) {
                switch (name) {
                    case "beginTransaction" -> inTheFirst.set(0);
                    case "send" -> inTheFirst.incrementAndGet();
                    case "abortTransaction" -> aborted.set(inTheFirst.get() > 0);
                    default -> {}
                }
            }
            return call.make();
        }
    }
}
