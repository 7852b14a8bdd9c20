package io.burrow.it.kafka;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.burrow.core.testing.MessageSourceContract;
import io.burrow.it.broker.EmbeddedKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/**
 * The contract that the broker in memory is held to, on a real one: what a test learns from the fake is so. All cases,
 * under every group protocol; several at once, since they mostly wait, each on one thread as the contract says.
 */
@ExtendWith(SharedKafka.class)
class KafkaSourceContractIT {
    private static final int AT_ONCE = 6;

    private final EmbeddedKafka kafka;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    private final List<KafkaHarness> harnesses = new ArrayList<>();

    KafkaSourceContractIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** After the last of the dynamic tests. */
    @AfterEach
    void end() {
        threads.shutdownNow();
        harnesses.forEach(KafkaHarness::close);
    }

    @TestFactory
    Stream<DynamicContainer> kafkaSource_keepsTheContract() {
        return Stream.of(GroupProtocol.values()).map(this::under).toList().stream();
    }

    private DynamicContainer under(GroupProtocol protocol) {
        KafkaHarness harness = new KafkaHarness(kafka, protocol);
        harnesses.add(harness);
        return dynamicContainer(
                protocol.name(),
                MessageSourceContract.cases(harness).stream()
                        .map(each -> dynamicTest(each.name(), begin(each)))
                        .toList());
    }

    /** Begins a case, as soon as a thread is free; what is returned waits for its end. */
    private Executable begin(MessageSourceContract.Case each) {
        Callable<Void> body = () -> {
            each.run();
            return null;
        };
        Future<Void> ended = threads.submit(body);
        return () -> {
            try {
                ended.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        };
    }
}
