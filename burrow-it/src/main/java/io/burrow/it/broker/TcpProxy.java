package io.burrow.it.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Stands between clients and a broker and spoils their connections: cuts them, delays what goes through, or holds it
 * back while both ends believe that they are connected. What is held back never arrives: such a connection is cut when
 * the proxy lets pass again, and its ends cannot know what the other one has seen. Any thread.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocket server;
    private final int targetPort;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();

    /** Written under {@link #changed}. */
    private volatile Traffic traffic = Traffic.PASS;

    private volatile long delayMillis;

    /** Guarded by {@link #changed}. */
    private int held;

    private enum Traffic {
        PASS,
        CUT,
        HOLD_ANSWERS,
        HOLD_ALL
    }

    private TcpProxy(ServerSocket server, int targetPort) {
        this.server = server;
        this.targetPort = targetPort;
    }

    /** Listens on a port and passes everything on to another one of this machine. */
    static TcpProxy start(int port, int targetPort) {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            TcpProxy proxy = new TcpProxy(server, targetPort);
            daemon("tcp-proxy-" + port, proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException("no proxy can listen on port " + port, failure);
        }
    }

    /** Lets everything pass, from new connections and from those that lost nothing; the others are cut. */
    public void pass() {
        delayMillis = 0;
        change(Traffic.PASS);
    }

    /** Cuts all connections, and every new one at once. */
    public void cut() {
        change(Traffic.CUT);
        connections.forEach(Connection::close);
    }

    /**
     * Lets everything pass late.
     *
     * @param delay how late each piece is, in each direction
     */
    public void delay(Duration delay) {
        delayMillis = delay.toMillis();
    }

    /** Holds back what the broker answers: requests arrive and are obeyed, and nobody is told. */
    public void holdAnswers() {
        change(Traffic.HOLD_ANSWERS);
    }

    /** Holds back everything. */
    public void holdAll() {
        change(Traffic.HOLD_ALL);
    }

    /** How many connections hold something back now, each direction counted. */
    int holds() {
        synchronized (changed) {
            return held;
        }
    }

    /**
     * Holds back what the connections that there are now carry, and lets new ones pass. What their ends have sent by
     * then goes on its way with {@link #deliverLate()}, if the clients have given them up meanwhile or not.
     */
    void holdPresent() {
        connections.forEach(Connection::stick);
    }

    /** Lets brokers have what {@link #holdPresent()} held back. Clients do not get the answers. */
    void deliverLate() {
        synchronized (changed) {
            connections.forEach(connection -> connection.stuck = false);
            changed.notifyAll();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException alreadyGone) {
            // as meant
        }
        cut();
    }

    private void change(Traffic to) {
        synchronized (changed) {
            traffic = to;
            changed.notifyAll();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                // Connecting can take long where the broker is frozen; others must not wait for it.
                daemon("tcp-proxy-connect", () -> connect(client));
            } catch (IOException closedOrReset) {
                // closed: the loop ends; reset: the next one may do better
            }
        }
    }

    private void connect(Socket client) {
        Socket broker = new Socket();
        Connection connection = new Connection(client, broker);
        connections.add(connection);
        try {
            if (traffic == Traffic.CUT) {
                throw new IOException("cut");
            }
            broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            daemon("tcp-proxy-answers", () -> connection.pump(broker, client, true));
            connection.pump(client, broker, false);
        } catch (IOException refused) {
            connection.close();
        }
    }

    /** Returns whether what was read may go on its way. */
    private boolean gate(Connection connection, boolean answer) throws InterruptedException {
        long delay = delayMillis;
        if (delay > 0) {
            TimeUnit.MILLISECONDS.sleep(delay);
        }
        boolean whole = true;
        synchronized (changed) {
            while (connection.stuck) {
                changed.wait();
            }
            while (traffic == Traffic.HOLD_ALL || traffic == Traffic.HOLD_ANSWERS && answer) {
                if (whole) {
                    whole = false;
                    held++;
                }
                changed.wait();
            }
            if (!whole) {
                held--;
            }
        }
        return whole && traffic != Traffic.CUT;
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The two sockets of a client. Closing one closes the other. */
    private final class Connection {
        private final Socket client;
        private final Socket broker;
        /** Guarded by {@link TcpProxy#changed}. */
        private boolean stuck;
        /** Nobody listens to its answers any more. */
        private volatile boolean late;

        Connection(Socket client, Socket broker) {
            this.client = client;
            this.broker = broker;
        }

        void pump(Socket from, Socket to, boolean answers) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int count = in.read(buffer);
                while (count >= 0 && gate(this, answers)) {
                    if (!late || !answers) {
                        out.write(buffer, 0, count);
                    }
                    count = in.read(buffer);
                }
            } catch (IOException over) {
                // one of the two is gone
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        void stick() {
            synchronized (changed) {
                stuck = true;
                late = true;
            }
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(broker);
        }

        private void closeQuietly(Socket socket) {
            try {
                socket.close();
            } catch (IOException gone) {
                // as meant
            }
        }
    }
}
