package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.burrow.api.RetryAfterException;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpWorkTest {
    private static final Instant NOW = Instant.EPOCH;

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void success_isDone(int status) {
        assertThat(HttpWork.judge(status, Optional.of("5"), NOW)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void serverSaysWhen_isTriedAgainThen(int status) {
        assertThat(HttpWork.judge(status, Optional.of("5"), NOW))
                .isInstanceOfSatisfying(
                        RetryAfterException.class,
                        later -> assertThat(later.delay()).isEqualTo(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({"429,", "429,soon", "503,", "503,-1", "500,5", "502,", "504,", "599,", "408,5", "425,"})
    void passing_isAFailedAttempt(int status, String retryAfter) {
        assertThat(HttpWork.judge(status, Optional.ofNullable(retryAfter), NOW))
                .isInstanceOf(AttemptFailedException.class)
                .hasMessage("HTTP status " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 304, 400, 401, 404, 409, 413, 422, 600})
    void anythingElse_isNeverTriedAgain(int status) {
        assertThat(HttpWork.judge(status, Optional.of("5"), NOW))
                .isInstanceOf(RecordRefusedException.class)
                .hasMessage("HTTP status " + status);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080/x, http://",
        "/x, http://",
        "ftp://localhost/x, http://",
        "http:///x, host",
        "http:x, host",
        "http://me:s3cret@localhost/, --header",
        "http://localhost:70000/, 65535"
    })
    void addressOfNoUse_isRefusedWithAReason(URI uri, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpWork(uri, Map.of(), Duration.ofSeconds(1)))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "Content-Length", "Connection", "a b"})
    void headerOfNoUse_isRefused(String name) {
        URI uri = URI.create("http://localhost/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpWork(uri, Map.of(name, List.of("x")), Duration.ofSeconds(1)))
                .withMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\u0001", "s3\ncret", "s3cret\u007f"})
    void valueOfNoUse_isRefused_andNotRepeated(String value) {
        URI uri = URI.create("http://localhost/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpWork(uri, Map.of("Authorization", List.of(value)), Duration.ofSeconds(1)))
                .withMessageContaining("the header Authorization")
                .withMessageNotContaining("cret")
                .withNoCause();
    }

    /** The client would fail requests beyond the number of streams that a server allows on its connection. */
    @Test
    void https_asksForHttp11Only() throws Exception {
        byte[] hello;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(30_000);
            HttpWork work = new HttpWork(
                    URI.create("https://127.0.0.1:" + server.getLocalPort() + "/"), Map.of(), Duration.ofSeconds(30));
            CompletableFuture<?> sent =
                    work.handler().handle(Record.of("k", "v")).toCompletableFuture();
            try (Socket socket = server.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                assertThat(in.readByte()).as("a handshake").isEqualTo((byte) 22);
                assertThat(in.readShort()).as("of TLS").isPositive();
                hello = in.readNBytes(in.readUnsignedShort());
            }
            assertThat(sent).failsWithin(Duration.ofSeconds(30));
        }
        // what is offered stands there in the clear, in the client's order
        assertThat(new String(hello, ISO_8859_1)).isNotEmpty().doesNotContain("\u0002h2\bhttp/1.1");
    }
}
