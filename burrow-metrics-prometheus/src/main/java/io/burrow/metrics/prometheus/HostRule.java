package io.burrow.metrics.prometheus;

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
    /** Whether a {@code Host} header names this server; its port does not matter, since ports are forwarded. */
    boolean allows(@Nullable String header) {
        if (everybody) {
            return true;
        }
        if (header == null) {
            return false;
        }
        String host = withoutPort(header.strip().toLowerCase(Locale.ROOT));
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("[::1]")
                || isLoopbackV4(host)
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
}
