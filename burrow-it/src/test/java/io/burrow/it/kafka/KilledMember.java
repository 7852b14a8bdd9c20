package io.burrow.it.kafka;

import io.burrow.api.Ordering;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import io.burrow.kafka.KafkaTransactions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A process that reads, handles and writes in transactions until it is killed. It waits for a line on its standard
 * input first, so that a process can be had ready, and ends with its input at the latest.
 *
 * <p>Arguments: the topic to write to, the topic to read, the seed, the {@linkplain Point point} to be killed at, which
 * call it is that reaches it, and then the consumer's and the producer's properties as {@code name=value}, with
 * {@code c:} or {@code p:} before the name. At the point it prints {@code at}, and waits there for its end.
 */
final class KilledMember {
    private KilledMember() {}

    /** Where in a transaction it is killed. */
    enum Point {
        /** Before anything of it. */
        BEFORE_BEGIN("beginTransaction", true, true),
        /** Between begin and the first output, or after some outputs. */
        BEFORE_SEND("send", true, true),
        AFTER_SEND("send", false, true),
        /** All outputs are in the log, the offsets are not. */
        BEFORE_OFFSETS("sendOffsetsToTransaction", true, true),
        /** Outputs and offsets are there, and the transaction is open. */
        AFTER_OFFSETS("sendOffsetsToTransaction", false, true),
        /** The commit is on its way, perhaps. */
        IN_COMMIT("commitTransaction", true, false),
        /** It is committed, and nobody in the process knows. */
        AFTER_COMMIT("commitTransaction", false, true),
        /** Somewhere. */
        ANYWHERE("", true, false);

        private final String call;
        private final boolean before;
        private final boolean waits;

        Point(String call, boolean before, boolean waits) {
            this.call = call;
            this.before = before;
            this.waits = waits;
        }
    }

    /** Runs until it is killed, or until its input says {@code close}. */
    public static void main(String[] arguments) throws Exception {
        String output = arguments[0];
        String input = arguments[1];
        long seed = Long.parseLong(arguments[2]);
        Point point = Point.valueOf(arguments[3]);
        int number = Integer.parseInt(arguments[4]);
        Map<String, Object> consumer = new HashMap<>();
        Map<String, Object> producer = new HashMap<>();
        for (int i = 5; i < arguments.length; i++) {
            String[] setting = arguments[i].substring(2).split("=", 2);
            (arguments[i].startsWith("c:") ? consumer : producer).put(setting[0], setting[1]);
        }
        KafkaTransactions<String, String> transactions = KafkaTransactions.<String, String>builder()
                .properties(producer)
                .producerFactory(all -> Faults.producer(all, new Stop(point, number)))
                .keySerializer(new StringSerializer())
                .valueSerializer(new StringSerializer())
                .build();
        KafkaSource<String, String> source = KafkaSource.<String, String>builder()
                .properties(consumer)
                .topics(input)
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .transactions(transactions)
                .build();
        Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(source)
                .config(Scene.quick())
                .config(config -> config.ordering(Ordering.UNORDERED)
                        .concurrency(50)
                        .retryPolicy(RetryPolicy.retries(1_000))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(5)))
                        .errorThreshold(0))
                .handler(transactions.handler((message, outputs) -> {
                    Random random = new Random(seed + 31 * message.offset() + 17L * message.attempt());
                    Receipts.write(output, message, outputs);
                    LockSupport.parkNanos(random.nextInt(10_000_000));
                    if (random.nextInt(10) == 0) {
                        throw new IllegalStateException("now and then");
                    }
                }))
                .build();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (!"go".equals(lines.readLine())) {
            Runtime.getRuntime().halt(1);
        }
        burrow.start();
        System.out.println("started");
        if (!"close".equals(lines.readLine())) {
            Runtime.getRuntime().halt(1); // whoever started it is gone
        }
        burrow.close(Duration.ofSeconds(30));
        System.out.println("closed");
        Runtime.getRuntime().halt(0);
    }

    /** Stands still at a point. All that it looks at is called by the loop thread. */
    private static final class Stop implements Faults.Hands {
        private final Point point;
        private int left;

        /** The last output of the transaction, if there is one: those without are passed over. */
        private @Nullable Future<?> output;

        Stop(Point point, int number) {
            this.point = point;
            this.left = number;
        }

        @Override
        public @Nullable Object pass(String name, Faults.Call call) throws Throwable {
            boolean begins = name.equals("beginTransaction");
            if (begins) {
                output = null;
            }
            boolean counts = begins || name.equals("send") || output != null;
            boolean here = name.equals(point.call) && counts && --left == 0;
            if (here && point.before) {
                reached();
            }
            @Nullable Object result = call.make();
            if (result instanceof Future<?> sent) {
                output = sent;
            }
            if (here && !point.before) {
                reached();
            }
            return result;
        }

        private void reached() throws Exception {
            if (output != null && point != Point.AFTER_SEND && point != Point.IN_COMMIT) {
                output.get(); // it is in the log then, and those before it
            }
            System.out.println("at");
            while (point.waits) {
                LockSupport.park();
            }
        }
    }
}
