package io.burrow.it.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Formats the data directory, where that was not done before, and runs the broker in this process. */
final class BrokerNode {

    private final KafkaRaftServer server;

    private BrokerNode(KafkaRaftServer server) {
        this.server = server;
    }

    /**
     * Returns once the broker serves its clients.
     *
     * @throws RuntimeException if it cannot be configured, formatted or started; nothing of it runs then
     */
    static BrokerNode start(Properties properties, String clusterId) {
        KafkaConfig config = KafkaConfig.fromProps(properties, false);
        format(config, clusterId);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        BrokerNode node = new BrokerNode(server);
        try {
            server.startup();
        } catch (RuntimeException | Error failure) {
            try {
                node.stop();
            } catch (RuntimeException alsoFailed) {
                failure.addSuppressed(alsoFailed);
            }
            throw failure;
        }
        return node;
    }

    /** Stops the broker and returns when it has stopped. */
    void stop() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** Returns when the broker has stopped, by itself or by {@link #stop()}. */
    void awaitStop() {
        server.awaitShutdown();
    }

    private static void format(KafkaConfig config, String clusterId) {
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(config.nodeId())
                .setClusterId(clusterId)
                .setControllerListenerName(config.controllerListenerNames().get(0))
                .setMetadataLogDirectory(config.metadataLogDir())
                .setIgnoreFormatted(true);
        config.logDirs().forEach(formatter::addDirectory);
        try {
            formatter.run();
        } catch (Exception failure) {
            throw new IllegalStateException("cannot format " + config.logDirs(), failure);
        }
    }
}
