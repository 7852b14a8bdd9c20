package io.burrow.it.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A real broker in this process, for tests and the demo: the quickest to start, and the easiest to look into. Where a
 * broker must die or freeze, use {@link BrokerProcess}. Any thread.
 *
 * <p>From the first start on, a fatal fault of a broker is logged instead of ending this process.
 */
public final class EmbeddedKafka implements Broker {

    private final BrokerSettings settings;
    private final BrokerNode node;
    private final BrokerClient client;
    private final Thread closeAtExit;
    private boolean closed;

    private EmbeddedKafka(BrokerSettings settings, BrokerNode node) {
        this.settings = settings;
        this.node = node;
        this.client = new BrokerClient(settings.bootstrapServers());
        // An interrupted demo should not leave its data behind.
        this.closeAtExit = new Thread(this::stop, "embedded-kafka-exit");
        Runtime.getRuntime().addShutdownHook(closeAtExit);
    }

    /**
     * Starts a broker with no special properties.
     *
     * @return the broker, ready to be used
     */
    public static EmbeddedKafka start() {
        return builder().start();
    }

    /**
     * Prepares a broker.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String bootstrapServers() {
        return settings.bootstrapServers();
    }

    /**
     * Where clients of the secure listener connect.
     *
     * @return {@code host:port}; nobody listens there unless the listener was added
     */
    public String secureServers() {
        return settings.secureServers();
    }

    @Override
    public BrokerClient client() {
        return client;
    }

    /** The directory of this broker's data, deleted by {@link #close()}. */
    Path directory() {
        return settings.directory();
    }

    @Override
    public void close() {
        stop();
        Exits.remove(closeAtExit);
    }

    private synchronized void stop() {
        if (closed) {
            return;
        }
        closed = true;
        client.close();
        try {
            node.stop();
        } finally {
            settings.releasePorts();
            Directories.delete(settings.directory());
        }
    }

    /** Collects what is special about a broker. One thread. */
    public static final class Builder {

        private final Map<String, String> overrides = new HashMap<>();
        private boolean secure;

        private Builder() {}

        /**
         * Sets a broker property; it goes before the ones that every broker here has.
         *
         * @param name its name, such as {@code offset.metadata.max.bytes}
         * @param value its value as in a properties file
         * @return this builder
         */
        public Builder property(String name, String value) {
            overrides.put(name, value);
            return this;
        }

        /**
         * Adds a listener named {@code SECURE} over TLS and SASL. Its keys and mechanisms are properties of their own.
         *
         * @return this builder
         */
        public Builder secureListener() {
            secure = true;
            return this;
        }

        /**
         * Starts the broker and returns when it serves.
         *
         * @return the broker, to be closed by the caller
         */
        public EmbeddedKafka start() {
            FatalFaults.survive();
            Path directory = Directories.createTemporary();
            BrokerSettings settings = BrokerSettings.onFreePorts(directory, secure, overrides);
            try {
                return new EmbeddedKafka(settings, BrokerNode.start(settings.properties(), settings.clusterId()));
            } catch (RuntimeException | Error failure) {
                settings.releasePorts();
                Directories.delete(directory);
                throw failure;
            }
        }
    }
}
