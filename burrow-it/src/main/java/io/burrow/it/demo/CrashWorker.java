package io.burrow.it.demo;

import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.Message;
import io.burrow.api.spi.BurrowListener;
import io.burrow.core.Burrow;
import io.burrow.kafka.KafkaSource;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs Burrow, to be killed. It tells on standard output when a handler starts on a record and when it
 * has done its work, by partition and offset, before the handler returns: what Burrow counts as handled has always been
 * told. It closes Burrow and ends when its standard input ends.
 */
final class CrashWorker {

    static final String STARTED = "started";
    static final String DONE = "done";

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private final WorkerSettings settings;

    private CrashWorker(WorkerSettings settings) {
        this.settings = settings;
    }

    /**
     * Runs until standard input ends.
     *
     * @param arguments those of {@link WorkerSettings}
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        CrashWorker worker = new CrashWorker(WorkerSettings.of(List.of(arguments)));
        try (Burrow<String, String> burrow = Burrow.<String, String>builder()
                .source(worker.source())
                .handler(worker::handle)
                .listener(new EndOnFailure())
                .config(config -> config.concurrency(worker.settings.workers()))
                .build()) {
            burrow.start();
            awaitEnd(System.in);
        } catch (BurrowException failure) {
            fail(failure);
        }
        System.exit(0);
    }

    private KafkaSource<String, String> source() {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "bootstrap.servers",
                settings.bootstrapServers(),
                "group.id",
                settings.group(),
                "session.timeout.ms",
                10_000,
                "max.partition.fetch.bytes",
                DemoProducer.BATCH_BYTES,
                "auto.offset.reset",
                "earliest"));
        if (!settings.instance().isEmpty()) {
            // A static member: after a crash its successor has the partitions at once.
            properties.put("group.instance.id", settings.instance());
        }
        return KafkaSource.<String, String>builder()
                .properties(properties)
                .topics(settings.topic())
                .keyDeserializer(new StringDeserializer())
                .valueDeserializer(new StringDeserializer())
                .groupMembershipOnClose(GroupMembershipOperation.LEAVE_GROUP)
                .build();
    }

    private void handle(Message<String, String> message) throws InterruptedException, IOException {
        tell(STARTED, message);
        boolean slow = message.offset() % settings.slowEvery() == 0;
        Work.sleep(slow ? settings.handlerTime().multipliedBy(8) : settings.handlerTime());
        tell(DONE, message);
    }

    /** In one write, so that lines of several workers do not mix and no half of one is left by a kill. */
    private static void tell(String what, Message<String, String> message) throws IOException {
        String line = what + " " + message.partition() + " " + message.offset() + "\n";
        OUT.write(line.getBytes(StandardCharsets.US_ASCII));
    }

    private static void awaitEnd(InputStream input) throws IOException {
        input.transferTo(OutputStream.nullOutputStream());
    }

    private static void fail(BurrowException cause) {
        System.err.println(cause.getMessage());
        Runtime.getRuntime().halt(1);
    }

    /** A worker that cannot work should not wait to be told. */
    private static final class EndOnFailure implements BurrowListener {
        @Override
        public void stateChanged(
                BurrowControl burrow, BurrowState from, BurrowState to, @Nullable BurrowException cause) {
            if (to == BurrowState.FAILED && cause != null) {
                fail(cause);
            }
        }
    }
}
