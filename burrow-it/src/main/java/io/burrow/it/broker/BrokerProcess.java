package io.burrow.it.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real broker as a child process, which can be killed, stopped, frozen, and restarted on the same ports and data. It
 * ends with this process at the latest. Calls from several threads are taken one after the other. POSIX systems only.
 */
public final class BrokerProcess implements Broker {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final BrokerSettings settings;
    private final BrokerCommand command;
    private final Duration startLimit;
    private final Predicate<BrokerClient> ready;
    private final boolean deleteDirectory;
    private final BrokerClient client;
    private final Thread killAtExit;

    /** Written under the lock; volatile for the shutdown hook, which must not wait for a start under way. */
    private volatile @Nullable Process process;

    private @Nullable Freeze freeze;
    private boolean closed;

    private BrokerProcess(BrokerSettings settings, Builder builder) {
        this.settings = settings;
        this.command = new BrokerCommand(settings, builder.jvmOptions);
        this.startLimit = builder.startLimit;
        this.ready = builder.ready;
        this.deleteDirectory = builder.directory == null;
        this.client = builder.client.apply(settings.bootstrapServers());
        this.killAtExit = new Thread(this::killAtExit, "broker-process-exit");
        Runtime.getRuntime().addShutdownHook(killAtExit);
    }

    /**
     * Starts a broker with no special properties.
     *
     * @return the broker, ready to be used
     */
    public static BrokerProcess start() {
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

    @Override
    public BrokerClient client() {
        return client;
    }

    /**
     * Whether the process exists; a frozen one does.
     *
     * @return false after {@link #kill()} and {@link #terminate()}, or if the broker has ended by itself
     */
    public boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /**
     * The process id of the child that was started last.
     *
     * @return a pid, which means nothing any more when the child has ended
     */
    public long pid() {
        return child().pid();
    }

    /**
     * What the child has written, all its lives one after the other.
     *
     * @return a file in the broker's directory
     */
    public Path logFile() {
        return command.logFile();
    }

    /** Kills the broker as {@code kill -9} does and returns when it is gone. Does nothing if it is not running. */
    public synchronized void kill() {
        Process child = child();
        child.destroyForcibly();
        awaitEnd(child);
        if (freeze != null) {
            freeze.discard();
            freeze = null;
        }
    }

    /**
     * Asks the broker to shut down, as {@code kill} does, and returns when it has ended. A frozen one is resumed first.
     * Does nothing if it is not running.
     *
     * @throws IllegalStateException if it has not ended after a minute; it is killed then
     */
    public synchronized void terminate() {
        resume();
        Process child = child();
        // Process.destroy() closes the child's standard input first, and the child would halt on that.
        child.toHandle().destroy();
        awaitEnd(child);
    }

    /**
     * Freezes the broker ({@code SIGSTOP}): its connections stay open and nothing answers. Does nothing if it is
     * frozen.
     *
     * @throws IllegalStateException if it is not running
     */
    public synchronized void pause() {
        if (freeze == null) {
            if (!isAlive()) {
                throw new IllegalStateException("a broker that is not running cannot be paused");
            }
            freeze = Freeze.of(child());
        }
    }

    /** Lets a frozen broker go on ({@code SIGCONT}). Does nothing if it is not frozen. */
    public synchronized void resume() {
        if (freeze != null) {
            freeze.thaw();
            freeze = null;
        }
    }

    /**
     * Starts the broker again on the same ports and data and returns when it serves; one that still runs is killed.
     *
     * @throws IllegalStateException if it ends or does not serve in time; the message has the end of its log
     */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the broker is closed");
        }
        kill();
        launch();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        client.close();
        if (process != null) {
            kill();
        }
        settings.releasePorts();
        Exits.remove(killAtExit);
        if (deleteDirectory) {
            Directories.delete(settings.directory());
        }
    }

    /** Its port for clients. */
    int port() {
        return settings.brokerPort();
    }

    /** The last lines that the child has written. */
    String endOfLog() {
        return command.endOfLog();
    }

    /** The child that was started last, running or not. */
    Process child() {
        Process current = process;
        if (current == null) {
            throw new IllegalStateException("the broker was never started");
        }
        return current;
    }

    private synchronized void launch() {
        Process child = command.launch();
        process = child;
        try {
            Await.until("a broker at " + bootstrapServers(), startLimit, () -> {
                if (!child.isAlive()) {
                    throw new IllegalStateException("the broker ended with status " + child.exitValue());
                }
                return ready.test(client);
            });
        } catch (IllegalStateException failure) {
            kill();
            throw new IllegalStateException(failure.getMessage() + "\n" + command.endOfLog(), failure);
        }
    }

    private static void awaitEnd(Process child) {
        try {
            if (!child.waitFor(STOP_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                child.destroyForcibly();
                throw new IllegalStateException("the broker did not end within " + STOP_LIMIT + " and was killed");
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of the broker", interrupt);
        }
    }

    private void killAtExit() {
        Process child = process;
        if (child != null) {
            child.destroyForcibly();
            awaitEnd(child);
        }
        if (deleteDirectory) {
            Directories.delete(settings.directory());
        }
    }

    /** Collects what is special about a broker. One thread. */
    public static final class Builder {

        private final Map<String, String> overrides = new HashMap<>();
        private List<String> jvmOptions = BrokerCommand.DEFAULT_JVM_OPTIONS;
        private Duration startLimit = Duration.ofSeconds(60);
        private Function<String, BrokerClient> client = BrokerClient::new;
        private Predicate<BrokerClient> ready = BrokerClient::isServing;
        private @Nullable Path directory;
        private int port;

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
         * Replaces all options of the child's JVM; the default is small and quick to start, not fast in the long run.
         *
         * @param options such as {@code -Xmx1g}
         * @return this builder
         */
        public Builder jvmOptions(String... options) {
            jvmOptions = List.of(options);
            return this;
        }

        /**
         * Sets how long a start may take, 60 s if not set.
         *
         * @param limit more than zero
         * @return this builder
         */
        public Builder startLimit(Duration limit) {
            startLimit = limit;
            return this;
        }

        /**
         * Sets the directory for data and log, which is then kept by {@link BrokerProcess#close()}. Otherwise a
         * temporary one is made and deleted.
         *
         * @param kept a directory that need not exist
         * @return this builder
         */
        public Builder directory(Path kept) {
            directory = kept;
            return this;
        }

        /**
         * Sets the port for clients; one that is free if not set.
         *
         * @param wanted from 1 to 65535, or 0 for one that is free
         * @return this builder
         */
        public Builder port(int wanted) {
            port = wanted;
            return this;
        }

        /**
         * Starts the broker and returns when it serves.
         *
         * @return the broker, to be closed by the caller
         * @throws IllegalStateException if it ends or does not serve in time, and then the message has the end of its
         *     log; or if the port that was set cannot be had
         */
        public BrokerProcess start() {
            int taken = port == 0 ? Ports.take() : Ports.take(port);
            Path home = directory == null ? Directories.createTemporary() : directory;
            return start(BrokerSettings.onPort(taken, home, overrides));
        }

        /** Prepares a node that is a controller and nothing else. */
        Builder controller() {
            client = BrokerClient::ofControllers;
            return this;
        }

        /** Decides when a start is over, which is by default when the broker answers. */
        Builder ready(Predicate<BrokerClient> condition) {
            ready = condition;
            return this;
        }

        /** Starts a node of given settings, whose ports are free again when it is closed. */
        BrokerProcess start(BrokerSettings settings) {
            Directories.create(settings.directory());
            BrokerProcess broker = new BrokerProcess(settings, this);
            try {
                broker.launch();
                return broker;
            } catch (RuntimeException | Error failure) {
                broker.close();
                throw failure;
            }
        }
    }
}
