package io.burrow.it.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out free loopback ports. Any thread.
 *
 * <p>They lie below the ephemeral range of the usual systems: a port of that range can become the local end of
 * somebody's connection while its broker is down, and the broker could not come back on it. A port stays taken in this
 * process until it is released, since a killed broker does not hold it by a socket.
 */
final class Ports {

    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 1_000;
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    static int take() {
        for (int i = 0; i < TRIES; i++) {
            // Random, not ascending: several processes that look for ports at the same moment should not meet.
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (TAKEN.add(port)) {
                if (isFree(port)) {
                    return port;
                }
                TAKEN.remove(port);
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + LAST + " in " + TRIES + " tries");
    }

    /** Takes this port, or says why it cannot be had. */
    static int take(int port) {
        if (!TAKEN.add(port)) {
            throw new IllegalStateException("port " + port + " is taken by another broker of this process");
        }
        try {
            listenOnce(port);
            return port;
        } catch (IOException refused) {
            TAKEN.remove(port);
            throw new IllegalStateException(
                    "port " + port + " of localhost cannot be listened on (" + refused.getMessage()
                            + "); stop what listens there, or take another port",
                    refused);
        }
    }

    static void release(int port) {
        TAKEN.remove(port);
    }

    private static boolean isFree(int port) {
        try {
            listenOnce(port);
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    private static void listenOnce(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }
}
