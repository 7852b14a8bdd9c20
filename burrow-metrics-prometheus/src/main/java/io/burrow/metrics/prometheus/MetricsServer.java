package io.burrow.metrics.prometheus;

import com.sun.net.httpserver.HttpServer;
import io.burrow.api.BurrowControl;
import io.burrow.api.BurrowException;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.ErrorCode;
import io.burrow.api.spi.BurrowListener;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows Burrows over HTTP, read-only, on the loopback address unless told otherwise:
 *
 * <ul>
 *   <li>{@code /} a page that draws what each partition does, as it moves
 *   <li>{@code /metrics} a Prometheus registry, in the OpenMetrics format where the client accepts it, else in the
 *       older text format of Prometheus
 *   <li>{@code /health/live} and {@code /health/ready} JSON, with the status 200 for yes and 503 for no
 *   <li>{@code /stats} the counts as JSON, with stable names
 * </ul>
 *
 * <p>The Burrows are those it was given to as a listener, or that were given to {@link #show}; they differ in name. One
 * that does not answer is shown as such and holds up nothing. The server asks for no password: what may reach it may
 * read positions, counts and class names, but never contents of records. Its threads are daemons: it keeps no process
 * alive.
 *
 * <p>Any thread.
 */
public final class MetricsServer implements BurrowListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MetricsServer.class);
    private static final int MOST_VIEWERS = 16;
    private static final Duration STALL = Duration.ofSeconds(10);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    private final HttpServer server;
    private final RequestThreads requests;
    private final ExecutorService watchers;
    private final WatchedBurrows burrows;
    private final EventStreams events;

    private MetricsServer(Builder builder, InetAddress address, HttpServer server) {
        this.server = server;
        this.requests = new RequestThreads(builder.requestLimit);
        this.watchers = new ThreadPoolExecutor(
                0,
                2 * WatchedBurrows.MOST,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Daemons.named("burrow-metrics-watcher-"));
        this.burrows = new WatchedBurrows(watchers, System::nanoTime);
        Answers answers = new Answers(builder.registry, burrows);
        Duration interval = builder.pageInterval;
        this.events = new EventStreams(() -> answers.page(interval), MOST_VIEWERS, interval, builder.stall);
        HostRule hosts = new HostRule(!address.isLoopbackAddress(), builder.hostNames);
        server.setExecutor(requests);
        server.createContext("/", new Endpoints(answers, events, hosts));
    }

    /**
     * Starts a server on the loopback address, with all defaults.
     *
     * @param registry what {@code /metrics} shows
     * @param port the port, or 0 for any that is free
     * @return the running server
     * @throws ConfigException if the port is out of range
     * @throws BurrowException if the port cannot be had
     */
    public static MetricsServer start(PrometheusMeterRegistry registry, int port) {
        return builder(registry).port(port).start();
    }

    /**
     * Starts from the defaults.
     *
     * @param registry what {@code /metrics} shows
     * @return a builder
     */
    public static Builder builder(PrometheusMeterRegistry registry) {
        return new Builder(registry);
    }

    /** The server's own thread is a daemon if the thread that starts it is one. */
    private void startDispatcher() {
        Thread starter = new Thread(server::start, "burrow-metrics-start");
        starter.setDaemon(true);
        starter.start();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The port that it listens on.
     *
     * @return the port, never 0
     */
    public int port() {
        return server.getAddress().getPort();
    }

    /**
     * Where the metrics are.
     *
     * @return an address for a scrape
     */
    public URI uri() {
        return at("/metrics");
    }

    /**
     * Where the page is.
     *
     * @return an address for a browser on this machine
     */
    public URI pageUri() {
        return at("/");
    }

    private URI at(String path) {
        InetAddress address = server.getAddress().getAddress();
        String host = host(address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address);
        return URI.create("http://" + host + ":" + port() + path);
    }

    /** An address as it stands in a URL; that of the loopback as a browser writes it. */
    static String host(InetAddress address) {
        if (address instanceof Inet6Address) {
            return "[" + (address.isLoopbackAddress() ? "::1" : address.getHostAddress()) + "]";
        }
        return address.getHostAddress();
    }

    /**
     * Shows a Burrow, also after it has ended, until another one of the same name is shown. Showing it again does
     * nothing.
     *
     * @param burrow the handle to watch it by
     * @throws ConfigException if another Burrow of the same name is shown and has not ended, or 100 are shown
     */
    public void show(BurrowControl burrow) {
        burrows.add(Objects.requireNonNull(burrow, "burrow"));
    }

    /**
     * Shows a Burrow that was given this server as a listener. One that cannot be shown is logged.
     *
     * @param burrow the handle to watch it by
     */
    @Override
    public void started(BurrowControl burrow) {
        try {
            show(burrow);
        } catch (ConfigException e) {
            log.atError()
                    .addKeyValue("burrow", burrow.name())
                    .addKeyValue("code", e.code())
                    .log("The Burrow \"{}\" is not shown over HTTP: {}", burrow.name(), e.getMessage());
        }
    }

    /** How many look at the page. */
    int viewers() {
        return events.open();
    }

    /** Stops listening and frees the port; the threads end. Calling it again does nothing. */
    @Override
    public void close() {
        events.close();
        server.stop(0);
        requests.shutdownNow();
        watchers.shutdownNow();
    }

    /** Makes {@link MetricsServer}. Not safe for use by several threads. */
    public static final class Builder {
        private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);
        private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

        private final PrometheusMeterRegistry registry;
        private int port;
        private @Nullable String bindAddress;
        private Set<String> hostNames = Set.of();
        private Duration pageInterval = Duration.ofMillis(500);
        private Duration stall = STALL;
        private Duration requestLimit = REQUEST_LIMIT;

        private Builder(PrometheusMeterRegistry registry) {
            this.registry = Objects.requireNonNull(registry, "registry");
        }

        /**
         * The port; 0, the default, is any that is free.
         *
         * @param port from 0 to 65535
         * @return this
         */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /**
         * The address to listen on; the loopback address by default. Any other lets other machines read: put something
         * before it that asks who they are.
         *
         * @param bindAddress an address of this machine, or a name of one; {@code 0.0.0.0} for all of them
         * @return this
         */
        public Builder bindAddress(String bindAddress) {
            this.bindAddress = Objects.requireNonNull(bindAddress, "bindAddress");
            return this;
        }

        /**
         * More names by which the server may be called while it listens on the loopback address, as behind a proxy that
         * keeps the name. Those of the loopback address always do. On another address every name does.
         *
         * @param hostNames names as in a URL, without a port
         * @return this
         */
        public Builder hostNames(String... hostNames) {
            this.hostNames = Arrays.stream(hostNames)
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /**
         * How often the page is told news; twice a second by default. Nothing is asked of a Burrow while nobody looks.
         *
         * @param pageInterval from 50 ms to 1 minute
         * @return this
         */
        public Builder pageInterval(Duration pageInterval) {
            this.pageInterval = Objects.requireNonNull(pageInterval, "pageInterval");
            return this;
        }

        /** How long a viewer of the page may take to read one document. */
        Builder stall(Duration stall) {
            this.stall = stall;
            return this;
        }

        /** How long a client may take to send a request and read the answer. */
        Builder requestLimit(Duration requestLimit) {
            this.requestLimit = requestLimit;
            return this;
        }

        /**
         * Starts it.
         *
         * @return the running server
         * @throws ConfigException if a setting breaks its rule; all that do are named
         * @throws BurrowException if the port cannot be had
         */
        public MetricsServer start() {
            List<ConfigProblem> problems = new ArrayList<>();
            if (port < 0 || port > 65_535) {
                problems.add(
                        new ConfigProblem("port", "must be from 0 (any free port) to 65535", Integer.toString(port)));
            }
            if (pageInterval.compareTo(SHORTEST_INTERVAL) < 0 || pageInterval.compareTo(LONGEST_INTERVAL) > 0) {
                problems.add(
                        new ConfigProblem("pageInterval", "must be from PT0.05S to PT1M", pageInterval.toString()));
            }
            InetAddress address = InetAddress.getLoopbackAddress();
            try {
                if (bindAddress != null) {
                    address = own(bindAddress);
                }
            } catch (UnknownHostException e) {
                problems.add(new ConfigProblem(
                        "bindAddress", "must be an address of this machine", "\"" + bindAddress + "\""));
            }
            if (!problems.isEmpty()) {
                throw new ConfigException(problems);
            }
            MetricsServer started = new MetricsServer(this, address, listen(address));
            started.startDispatcher();
            return started;
        }

        private static InetAddress own(String text) throws UnknownHostException {
            InetAddress address = InetAddress.getByName(text);
            try {
                if (!text.isBlank()
                        && (address.isAnyLocalAddress()
                                || address.isLoopbackAddress()
                                || NetworkInterface.getByInetAddress(address) != null)) {
                    return address;
                }
            } catch (SocketException e) {
                return address; // cannot tell; to listen will
            }
            throw new UnknownHostException(text);
        }

        private HttpServer listen(InetAddress address) {
            try {
                return HttpServer.create(new InetSocketAddress(address, port), 0);
            } catch (IOException e) {
                throw new BurrowException(
                        ErrorCode.PORT_UNAVAILABLE,
                        "port must be free on " + address.getHostAddress() + ": " + port
                                + "; the server of /metrics cannot listen on port " + port + ": " + e.getMessage()
                                + "; free the port, give another one, or 0 for any that is free",
                        e);
            }
        }
    }
}
