package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

    /** All classes once more, beside the version file of an older client. */
    @Test
    void build_olderClientOnTheClassPath_isRefused(@TempDir Path directory) throws Exception {
        Files.createDirectory(directory.resolve("kafka"));
        Files.writeString(directory.resolve("kafka/kafka-version.properties"), "version=4.3.0\n");
        List<URL> urls = new ArrayList<>(List.of(directory.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Object builder = loader.loadClass(KafkaSource.class.getName())
                    .getMethod("builder")
                    .invoke(null);

            assertThatThrownBy(() -> builder.getClass().getMethod("build").invoke(builder))
                    .cause()
                    .hasMessageContaining("CLIENT_TOO_OLD")
                    .hasMessageContaining("kafka-clients 4.3.0")
                    .hasMessageContaining("at least 4.3.1");
        }
    }
}
