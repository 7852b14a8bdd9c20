package io.burrow.it.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Brokers of one cluster as child processes, each behind a {@link TcpProxy} that its clients are told to use. The
 * brokers themselves, and {@link #client()}, go around the proxies. With more than one broker the controller is a
 * process of its own, so that every broker can be killed. Any thread.
 */
public final class BrokerCluster implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int CONTROLLER_ID = 100;

    private final List<BrokerProcess> brokers = new ArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<Integer> proxyPorts = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private @Nullable BrokerProcess controller;
    private @Nullable BrokerClient client;

    private BrokerCluster() {}

    /**
     * Starts a cluster and returns when all its brokers serve.
     *
     * @param brokers how many: 1, which is its own controller, or more
     * @param directory for data and logs; kept
     * @param overrides broker properties that go before the ones of a cluster's
     * @return the cluster, to be closed by the caller
     * @throws IllegalStateException if a node does not start
     */
    public static BrokerCluster start(int brokers, Path directory, Map<String, String> overrides) {
        BrokerCluster cluster = new BrokerCluster();
        try {
            cluster.startAll(brokers, directory, overrides);
            return cluster;
        } catch (RuntimeException | Error failure) {
            cluster.close();
            throw failure;
        }
    }

    /**
     * How many brokers there are, running or not.
     *
     * @return at least 1
     */
    public int size() {
        return brokers.size();
    }

    /**
     * A broker, to be killed, frozen or restarted.
     *
     * @param id from 1, the same as Kafka's node id
     * @return the same one at each call
     */
    public BrokerProcess broker(int id) {
        return brokers.get(id - 1);
    }

    /**
     * What stands before a broker.
     *
     * @param id from 1
     * @return the same one at each call
     */
    public TcpProxy proxy(int id) {
        return proxies.get(id - 1);
    }

    /**
     * Where clients connect, through the proxies.
     *
     * @return {@code host:port}, several separated by commas
     */
    public String bootstrapServers() {
        return servers(proxyPorts);
    }

    /**
     * Where to connect around the proxies.
     *
     * @return {@code host:port}, several separated by commas
     */
    public String directServers() {
        return brokers.stream().map(BrokerProcess::bootstrapServers).collect(Collectors.joining(","));
    }

    /**
     * What the brokers print.
     *
     * @return a file for each
     */
    public List<Path> logs() {
        return brokers.stream().map(BrokerProcess::logFile).toList();
    }

    /**
     * A client that goes around the proxies.
     *
     * @return the same one at each call, closed with the cluster
     */
    public BrokerClient client() {
        BrokerClient current = client;
        if (current == null) {
            throw new IllegalStateException("the cluster has not started");
        }
        return current;
    }

    /** Kills every node. Its directory stays. */
    @Override
    public void close() {
        proxies.forEach(TcpProxy::close);
        if (client != null) {
            client.close();
        }
        brokers.forEach(BrokerProcess::close);
        if (controller != null) {
            controller.close();
        }
        ports.forEach(Ports::release);
        ports.clear();
    }

    private void startAll(int count, Path directory, Map<String, String> overrides) {
        String clusterId = Uuid.randomUuid().toString();
        int controllerPort = port();
        boolean combined = count == 1;
        if (!combined) {
            Map<String, String> settings = new HashMap<>();
            common(settings, CONTROLLER_ID, controllerPort);
            settings.put("process.roles", "controller");
            settings.put("listeners", "CONTROLLER://" + HOST + ":" + controllerPort);
            settings.put("advertised.listeners", "CONTROLLER://" + HOST + ":" + controllerPort);
            replicated(settings, Math.min(3, count));
            Path home = directory.resolve("controller");
            controller = BrokerProcess.builder()
                    .directory(home)
                    .controller()
                    .start(new BrokerSettings(home, clusterId, controllerPort, controllerPort, 0, settings));
        }
        for (int id = 1; id <= count; id++) {
            brokers.add(startBroker(id, combined, directory, clusterId, controllerPort, overrides, count));
        }
        client = new BrokerClient(directServers());
    }

    private BrokerProcess startBroker(
            int id,
            boolean combined,
            Path directory,
            String clusterId,
            int controllerPort,
            Map<String, String> overrides,
            int count) {
        int internalPort = port();
        int clientPort = port();
        int proxyPort = port();
        proxies.add(TcpProxy.start(proxyPort, clientPort));
        proxyPorts.add(proxyPort);
        Map<String, String> settings = new HashMap<>();
        common(settings, combined ? id : CONTROLLER_ID, controllerPort);
        String internal = "INTERNAL://" + HOST + ":" + internalPort;
        String listeners = internal + ",CLIENT://" + HOST + ":" + clientPort;
        settings.put("node.id", Integer.toString(id));
        settings.put("process.roles", combined ? "broker,controller" : "broker");
        settings.put("listeners", combined ? listeners + ",CONTROLLER://" + HOST + ":" + controllerPort : listeners);
        settings.put("advertised.listeners", internal + ",CLIENT://" + HOST + ":" + proxyPort);
        settings.put("inter.broker.listener.name", "INTERNAL");
        if (count > 1) {
            replicated(settings, Math.min(3, count));
        }
        settings.putAll(overrides);
        Path home = directory.resolve("broker-" + id);
        return BrokerProcess.builder()
                .directory(home)
                .ready(each -> each.knows(id))
                .start(new BrokerSettings(home, clusterId, internalPort, controllerPort, 0, settings));
    }

    private static void common(Map<String, String> settings, int controllerId, int controllerPort) {
        settings.put("node.id", Integer.toString(controllerId));
        settings.put("controller.quorum.voters", controllerId + "@" + HOST + ":" + controllerPort);
        settings.put("listener.security.protocol.map", "INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "INTERNAL");
    }

    /**
     * What was acknowledged survives the loss of one node of three, internal topics included. The controller decides
     * for topics that say nothing of it, and the brokers for their internal ones.
     */
    private static void replicated(Map<String, String> settings, int replicas) {
        String all = Integer.toString(replicas);
        String most = Integer.toString(replicas - 1);
        settings.put("default.replication.factor", all);
        settings.put("min.insync.replicas", most);
        settings.put("offsets.topic.replication.factor", all);
        settings.put("transaction.state.log.replication.factor", all);
        settings.put("transaction.state.log.min.isr", most);
        // A frozen follower should hold nobody for long.
        settings.put("replica.lag.time.max.ms", "3000");
    }

    private int port() {
        int port = Ports.take();
        ports.add(port);
        return port;
    }

    private static String servers(List<Integer> ports) {
        return ports.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }
}
