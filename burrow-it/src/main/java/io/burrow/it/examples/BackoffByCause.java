package io.burrow.it.examples;

import io.burrow.api.TerminalException;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A backoff of one's own, which looks at what failed: a service that cannot be reached is given more and more time, up
 * to five minutes; any other failure is tried again soon. A fifth of each delay is left to chance, so that records that
 * failed together do not come back together.
 *
 * <p>A strategy is a pure function of the failed attempt and of the randomness that it is given. So it is tested
 * without a clock, and nothing of it has to be kept: the number of the attempt says how far the delays have grown.
 * After a restart or a rebalance attempts are counted from 1 again, and so delays begin again too.
 *
 * <p>Whether another attempt is made at all is the policy's to say: here for an hour, but not where it cannot help.
 */
public final class BackoffByCause implements BackoffStrategy {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration UNREACHABLE = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** What is done with a record. */
    @FunctionalInterface
    public interface Delivery {
        /**
         * Hands over a parcel. It must bear being called again with the same number.
         *
         * @param number the parcel's number
         * @throws Exception if that failed
         */
        void deliver(String number) throws Exception;
    }

    /** Makes one. */
    public BackoffByCause() {}

    @Override
    public Duration delay(Failure failure, RandomGenerator random) {
        Duration whole = failure.cause() instanceof ConnectException ? growing(failure.attempt()) : SOON;
        long millis = whole.toMillis();
        return Duration.ofMillis(millis - random.nextLong(millis / 5 + 1));
    }

    /** Half as much again from attempt to attempt. */
    private static Duration growing(int attempt) {
        double millis = UNREACHABLE.toMillis() * Math.pow(1.5, attempt - 1);
        return millis < LONGEST.toMillis() ? Duration.ofMillis((long) millis) : LONGEST;
    }

    /**
     * Runs until the process is asked to end.
     *
     * @param args bootstrap servers, the topic, host and port of a service that is only connected to
     */
    public static void main(String[] args) {
        Burrow<String, String> burrow = deliveries(args[0], args[1], new BackoffByCause(), number -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(args[2], Integer.parseInt(args[3])), 1_000);
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> burrow.close(Duration.ofSeconds(30))));
        burrow.start();
    }

    /**
     * Describes it all.
     *
     * @param bootstrapServers where the brokers are
     * @param topic what to read
     * @param backoff how long to wait
     * @param delivery what to do with each record's value
     * @return a Burrow to start
     */
    public static Burrow<String, String> deliveries(
            String bootstrapServers, String topic, BackoffStrategy backoff, Delivery delivery) {
        RetryPolicy policy =
                RetryPolicy.within(Duration.ofHours(1)).on(IllegalArgumentException.class, RetryDecision.GIVE_UP);
        return Burrow.<String, String>builder()
                .source(KafkaSource.<String, String>builder()
                        .properties(Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", "deliveries",
                                "auto.offset.reset", "earliest"))
                        .topics(topic)
                        .keyDeserializer(new StringDeserializer())
                        .valueDeserializer(new StringDeserializer())
                        .build())
                .config(c -> c.retryPolicy(policy).backoff(backoff))
                .handler(message -> {
                    String number = message.value();
                    if (number == null) {
                        throw new TerminalException("a parcel without a number");
                    }
                    delivery.deliver(number);
                })
                .build();
    }
}
