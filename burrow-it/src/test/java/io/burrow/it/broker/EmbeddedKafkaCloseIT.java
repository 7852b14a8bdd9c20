package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Apart from the other tests, since the threads of a second broker could not be told from leftovers. */
@Timeout(120)
class EmbeddedKafkaCloseIT {

    @Test
    void close_removesDirectoryAndThreads() {
        Set<Thread> before = userThreads();
        EmbeddedKafka kafka = EmbeddedKafka.start();
        kafka.createTopic("brief", 1);
        kafka.produce("brief", Records.numbered("brief", 1));
        kafka.committed("nobody");
        assertThat(kafka.directory()).isNotEmptyDirectory();

        kafka.close();
        kafka.close();

        assertThat(kafka.directory()).doesNotExist();
        awaitOnly(before);
    }

    @Test
    void start_portTaken_throwsAndLeavesNoThread() throws IOException {
        Set<Thread> before = userThreads();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String listener = "PLAINTEXT://127.0.0.1:" + taken.getLocalPort();
            String controller = "127.0.0.1:" + Ports.take();
            EmbeddedKafka.Builder builder = EmbeddedKafka.builder()
                    .property("controller.quorum.voters", "1@" + controller)
                    .property("advertised.listeners", listener)
                    .property("listeners", listener + ",CONTROLLER://" + controller);

            assertThatThrownBy(() -> quietly(builder::start)).hasStackTraceContaining("bind");
        }
        awaitOnly(before);
    }

    /** The broker tells of its failure in hundreds of lines, which would look like ours in the output of a build. */
    private static void quietly(Runnable start) {
        PrintStream standardError = System.err;
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            start.run();
        } finally {
            System.setErr(standardError);
        }
    }

    private static void awaitOnly(Set<Thread> before) {
        Await.until("the end of the broker's threads", Duration.ofSeconds(10), () -> before.containsAll(userThreads()));
    }

    private static Set<Thread> userThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }
}
