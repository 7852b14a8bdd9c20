package io.burrow.it.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Before a server that answers each byte with the one after it. */
@Timeout(60)
class TcpProxyTest {

    private static final int GONE = -1;

    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private int port;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "server");
        thread.setDaemon(true);
        thread.start();
        port = Ports.take();
        proxy = TcpProxy.start(port, server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
        Ports.release(port);
    }

    @Test
    void pass_carriesBothDirections() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            assertThat(ask(client, 5)).isEqualTo(6);
        }
    }

    @Test
    void cut_endsConnectionsAndRefusesNewOnes_untilItPassesAgain() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);

            proxy.cut();

            assertThat(read(client)).isEqualTo(GONE);
        }
        try (Socket client = connect()) {
            assertThat(read(client)).isEqualTo(GONE);
        }
        proxy.pass();
        try (Socket client = connect()) {
            assertThat(ask(client, 3)).isEqualTo(4);
        }
    }

    @Test
    void delay_holdsEachDirectionBack() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            proxy.delay(Duration.ofMillis(200));
            long from = System.nanoTime();

            assertThat(ask(client, 1)).isEqualTo(2);

            assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
        }
    }

    @Test
    void holdAnswers_requestArrives_answerNeverDoes() throws IOException, InterruptedException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            received.clear();
            proxy.holdAnswers();

            client.getOutputStream().write(7);

            assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(7);
            awaitHeld();
            proxy.pass();
            assertThat(read(client)).isEqualTo(GONE);
        }
        try (Socket client = connect()) {
            assertThat(ask(client, 3)).isEqualTo(4);
        }
    }

    @Test
    void holdAll_requestNeverArrives() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            received.clear();
            proxy.holdAll();

            client.getOutputStream().write(7);

            awaitHeld();
            proxy.pass();
            assertThat(read(client)).isEqualTo(GONE);
            assertThat(received).isEmpty();
        }
    }

    @Test
    void pass_connectionThatLostNothing_goesOn() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client, 1)).isEqualTo(2);
            proxy.holdAll();
            proxy.pass();

            assertThat(ask(client, 3)).isEqualTo(4);
        }
    }

    private void awaitHeld() {
        Await.until("something that is held back", Duration.ofSeconds(30), () -> proxy.holds() > 0);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(30_000);
        return client;
    }

    private static int ask(Socket client, int request) throws IOException {
        client.getOutputStream().write(request);
        return read(client);
    }

    private static int read(Socket client) throws IOException {
        try {
            return client.getInputStream().read();
        } catch (SocketException reset) {
            return GONE;
        }
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> answer(client), "server-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            for (int request = client.getInputStream().read();
                    request >= 0;
                    request = client.getInputStream().read()) {
                received.add(request);
                client.getOutputStream().write(request + 1);
            }
        } catch (IOException gone) {
            // as meant
        }
    }
}
