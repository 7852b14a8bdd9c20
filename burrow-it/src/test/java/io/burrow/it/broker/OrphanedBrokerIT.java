package io.burrow.it.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No broker outlives the process that started it, not even when that is killed while the broker is frozen. */
@Timeout(120)
class OrphanedBrokerIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parentKilled_brokerEnds(boolean paused, @TempDir Path directory) throws IOException, InterruptedException {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        directory.toString(),
                        Boolean.toString(paused))
                .redirectError(Redirect.INHERIT)
                .start();
        try (BufferedReader reader = parent.inputReader(StandardCharsets.UTF_8)) {
            String[] portAndPid = reader.readLine().split(" ");
            int port = Integer.parseInt(portAndPid[0]);
            try {
                parent.destroyForcibly().waitFor();

                Await.until("the end of the orphaned broker", LIMIT, () -> !accepts(port));
            } catch (IllegalStateException outlived) {
                ProcessHandle.of(Long.parseLong(portAndPid[1])).ifPresent(ProcessHandle::destroyForcibly);
                throw outlived;
            }
        } finally {
            parent.destroyForcibly();
        }
    }

    /** A frozen process still accepts, by its kernel, until its queue is full: this tells its end from its silence. */
    private static boolean accepts(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (SocketTimeoutException silent) {
            return true;
        }
    }

    /** Starts a broker, tells its port and pid, and stays. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws IOException {
            BrokerProcess broker =
                    BrokerProcess.builder().directory(Path.of(arguments[0])).start();
            if (Boolean.parseBoolean(arguments[1])) {
                broker.pause();
            }
            System.out.println(broker.bootstrapServers().split(":")[1] + " " + broker.pid());
            // The other end is the test's, which never writes.
            System.in.read();
        }
    }
}
