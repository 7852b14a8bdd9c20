package io.burrow.it.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The child of {@link BrokerProcess}: runs the broker of a properties file until a signal stops it or its standard
 * input ends. The parent holds the other end of that pipe, so no broker outlives its parent, whatever happens to that.
 */
final class BrokerMain {

    private static final int PARENT_IS_GONE = 3;

    private BrokerMain() {}

    /**
     * Runs the broker.
     *
     * @param arguments the properties file, and the cluster's id
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        haltWhenStandardInputEnds();
        Properties properties = new Properties();
        try (BufferedReader reader = Files.newBufferedReader(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        try {
            BrokerNode node = BrokerNode.start(properties, arguments[1]);
            Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "broker-stop"));
            node.awaitStop();
        } catch (RuntimeException | Error failure) {
            failure.printStackTrace();
            // Not an ordinary return: threads of a half-started broker would keep the process alive.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void haltWhenStandardInputEnds() {
        Thread watch = new Thread(
                () -> {
                    awaitEnd(System.in);
                    Runtime.getRuntime().halt(PARENT_IS_GONE);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void awaitEnd(InputStream input) {
        try {
            input.transferTo(OutputStream.nullOutputStream());
        } catch (IOException brokenPipe) {
            // The same as its end.
        }
    }
}
