package io.burrow.metrics.prometheus;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which names a server may be called. A page of somebody else's can make a browser ask a server on the loopback
 * address, once a name of theirs resolves to it (DNS rebinding); the browser then takes both for the same origin and
 * lets the page read the answer. What it cannot do is send another {@code Host} than that name.
 *
 * @param everybody whether any name will do, as where others than this machine may ask anyway
 * @param names more names, in lower case
 */
record HostRule(boolean everybody, Set<String> names) {
    /** Whether the {@code Host} headers of a request name this server: there is to be one. */
    boolean allows(@Nullable List<String> headers) {
        return everybody || headers != null && headers.size() == 1 && isOwn(headers.get(0));
    }

    /** Its port does not matter, since ports are forwarded. */
    private boolean isOwn(String header) {
        String host = withoutPort(header.strip().toLowerCase(Locale.ROOT));
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || isLoopbackV4(host)
                || isLoopbackV6(host)
                || names.contains(host);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /** All of 127.0.0.0/8, in digits: names that begin alike are not. */
    private static boolean isLoopbackV4(String host) {
        return host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    /** However it is written; what has brackets and a colon is an address or nothing, and no name to be looked up. */
    private static boolean isLoopbackV6(String host) {
        try {
            return host.matches("\\[[0-9a-f.]*:[0-9a-f:.]*]")
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
