package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"4.3.1", "4.3.2-SNAPSHOT", "4.4.0", "4.10", "5.0.0", "8.3.1-ccs", "8.4.0-ce", "unknown"})
    void check_newEnough_isTaken(String version) {
        assertThatCode(() -> ClientVersion.check(version)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.3.0", "4.3", "4.2.9", "3.9.1", "7.9.0-ccs", "8.2.0-ce"})
    void check_tooOld_isRefused(String version) {
        assertThatThrownBy(() -> ClientVersion.check(version))
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining(version)
                .hasMessageContaining("4.3.1")
                .extracting(e -> ((BurrowException) e).code())
                .isEqualTo(ErrorCode.CLIENT_TOO_OLD);
    }

    @Test
    void check_theClientOnTheClassPath_isTaken() {
        assertThatCode(ClientVersion::check).doesNotThrowAnyException();
    }

    /** All classes once more, beside the version file of an older client, which lacks what came later. */
    @ParameterizedTest
    @CsvSource({"4.3.0, none", "3.9.1, org.apache.kafka.clients.consumer.CloseOptions"})
    void builder_olderClientOnTheClassPath_isRefused(String version, String missing, @TempDir Path directory)
            throws Exception {
        Files.createDirectory(directory.resolve("kafka"));
        Files.writeString(directory.resolve("kafka/kafka-version.properties"), "version=" + version + "\n");
        List<URL> urls = new ArrayList<>(List.of(directory.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader = without(missing, urls)) {
            Method builder = loader.loadClass(KafkaSource.class.getName()).getMethod("builder");

            assertThatThrownBy(() -> builder.invoke(null))
                    .cause()
                    .hasMessageContaining("CLIENT_TOO_OLD")
                    .hasMessageContaining("kafka-clients " + version)
                    .hasMessageContaining("at least 4.3.1");
        }
    }

    private static URLClassLoader without(String missing, List<URL> urls) {
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.startsWith(missing)) {
                    throw new ClassNotFoundException(name);
                }
                return super.findClass(name);
            }
        };
    }
}
