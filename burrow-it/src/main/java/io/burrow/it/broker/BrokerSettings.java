package io.burrow.it.broker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * The configuration of one broker that is its own controller. Immutable.
 *
 * @param directory where the broker keeps its data, in a subdirectory
 * @param clusterId the cluster's id in Kafka's own text form
 * @param brokerPort the loopback port for clients
 * @param controllerPort the loopback port of the controller
 * @param securePort the loopback port of a further listener, named {@code SECURE}, over TLS and SASL; 0 for none
 * @param overrides broker properties that go before the ones of {@link #properties()}
 */
record BrokerSettings(
        Path directory,
        String clusterId,
        int brokerPort,
        int controllerPort,
        int securePort,
        Map<String, String> overrides) {

    private static final String HOST = "127.0.0.1";

    BrokerSettings {
        overrides = Map.copyOf(overrides);
    }

    /** Settings with free ports, which stay taken until {@link #releasePorts()}. */
    static BrokerSettings onFreePorts(Path directory, boolean secure, Map<String, String> overrides) {
        return new BrokerSettings(
                directory,
                Uuid.randomUuid().toString(),
                Ports.take(),
                Ports.take(),
                secure ? Ports.take() : 0,
                overrides);
    }

    /** Settings with a port for clients that {@link Ports} gave; it too stays taken until {@link #releasePorts()}. */
    static BrokerSettings onPort(int port, Path directory, Map<String, String> overrides) {
        return new BrokerSettings(directory, Uuid.randomUuid().toString(), port, Ports.take(), 0, overrides);
    }

    void releasePorts() {
        Ports.release(brokerPort);
        Ports.release(controllerPort);
        Ports.release(securePort);
    }

    /** Where clients of the secure listener connect, as {@code host:port}. */
    String secureServers() {
        return HOST + ":" + securePort;
    }

    /** Where clients connect, as {@code host:port}. */
    String bootstrapServers() {
        return HOST + ":" + brokerPort;
    }

    /** What the broker is started with; a new object each time. */
    Properties properties() {
        Map<String, Object> settings = new LinkedHashMap<>();
        node(settings);
        singleReplica(settings);
        quickGroups(settings);
        small(settings);
        settings.putAll(overrides);
        Properties properties = new Properties();
        settings.forEach((name, value) -> properties.setProperty(name, value.toString()));
        return properties;
    }

    private void node(Map<String, Object> settings) {
        String client = "PLAINTEXT://" + bootstrapServers() + (securePort == 0 ? "" : ",SECURE://" + secureServers());
        String controller = HOST + ":" + controllerPort;
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", 1);
        settings.put("controller.quorum.voters", "1@" + controller);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", client + ",CONTROLLER://" + controller);
        settings.put("advertised.listeners", client);
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL");
        settings.put("log.dirs", directory.resolve("data").toString());
        // A test that forgets to create its topic, or means to, must see that.
        settings.put("auto.create.topics.enable", false);
    }

    /** Without these, consumers, share consumers and transactions wait for replicas that never come, silently. */
    private static void singleReplica(Map<String, Object> settings) {
        settings.put("offsets.topic.replication.factor", 1);
        settings.put("transaction.state.log.replication.factor", 1);
        settings.put("transaction.state.log.min.isr", 1);
        settings.put("share.coordinator.state.topic.replication.factor", 1);
        settings.put("share.coordinator.state.topic.min.isr", 1);
    }

    /** Makes joins, and the notice that a member or the broker itself has died, a matter of seconds. */
    private static void quickGroups(Map<String, Object> settings) {
        settings.put("group.initial.rebalance.delay.ms", 0);
        settings.put("group.min.session.timeout.ms", 1_000);
        settings.put("group.consumer.min.session.timeout.ms", 1_000);
        settings.put("group.consumer.session.timeout.ms", 5_000);
        settings.put("group.consumer.min.heartbeat.interval.ms", 100);
        settings.put("group.consumer.heartbeat.interval.ms", 500);
        settings.put("group.consumer.assignment.interval.ms", 0);
        settings.put("group.share.min.session.timeout.ms", 1_000);
        settings.put("group.share.session.timeout.ms", 5_000);
        settings.put("group.share.min.heartbeat.interval.ms", 100);
        settings.put("group.share.heartbeat.interval.ms", 500);
        settings.put("group.share.assignment.interval.ms", 0);
        settings.put("broker.session.timeout.ms", 3_000);
        settings.put("broker.heartbeat.interval.ms", 500);
        settings.put("log.cleaner.backoff.ms", 200); // what is to be compacted is compacted soon
    }

    /** Memory, threads and start-up time fit for a broker that shares a small machine with the tests. */
    private static void small(Map<String, Object> settings) {
        settings.put("offsets.topic.num.partitions", 4);
        settings.put("transaction.state.log.num.partitions", 4);
        settings.put("share.coordinator.state.topic.num.partitions", 4);
        settings.put("log.cleaner.dedupe.buffer.size", 2_097_152);
        settings.put("num.network.threads", 2);
        settings.put("num.io.threads", 4);
    }
}
