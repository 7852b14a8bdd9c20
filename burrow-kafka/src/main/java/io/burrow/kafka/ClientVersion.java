package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses clients that can return records of partitions they no longer have (KAFKA-20332, mended in 4.3.1). The version
 * is read from the file that the client's jar carries: the class that offers it has moved from one release to the next.
 */
final class ClientVersion {
    private static final Logger log = LoggerFactory.getLogger(ClientVersion.class);

    static final String OLDEST = "4.3.1";

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?(.*)");

    private ClientVersion() {}

    static void check() {
        check(read());
    }

    static void check(String version) {
        Matcher numbers = NUMBERS.matcher(version);
        if (!numbers.matches()) {
            log.atWarn()
                    .addKeyValue("needed", OLDEST)
                    .log("The version of kafka-clients cannot be told; at least {} is needed", OLDEST);
            return;
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        int patch = numbers.group(3) == null ? 0 : Integer.parseInt(numbers.group(3));
        String qualifier = numbers.group(4);
        if (qualifier.startsWith("-ccs") || qualifier.startsWith("-ce")) {
            major -= 4; // Confluent's builds: 8.3 is Apache's 4.3
        }
        boolean enough = major > 4 || major == 4 && (minor > 3 || minor == 3 && patch >= 1);
        if (!enough) {
            throw new BurrowException(
                    ErrorCode.CLIENT_TOO_OLD,
                    "kafka-clients " + version + " can return records of revoked partitions; at least " + OLDEST
                            + " is needed");
        }
    }

    private static String read() {
        try (InputStream file = Consumer.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            if (file == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version", "unknown").trim();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
