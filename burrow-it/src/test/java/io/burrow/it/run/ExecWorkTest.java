package io.burrow.it.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.RetryAfterException;
import io.burrow.it.broker.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that print nothing: this process's output is the build's. */
@Timeout(60)
class ExecWorkTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "'',blank",
        "' ',blank",
        "'echo \"a',quotes",
        "'(true',quotes",
        "no-such-command-here --x,no-such-command-here"
    })
    void commandOfNoUse_isRefusedWithAReason(String command, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExecWork(command, null))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cat > /dev/null", "A=b true", "if true; then true; fi", "'/bin/cat' > /dev/null", "{ true; }"})
    void commandOfAnyForm_isTaken(String command) throws Exception {
        assertThat(new ExecWork(command, null).handler().handle(Record.of("k", "v")))
                .isNotNull();
    }

    @Test
    void value_isStandardInput_asItIs() throws Exception {
        Path file = directory.resolve("value");
        byte[] value = new byte[300_000];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }

        new ExecWork("cat > " + file, null).handler().handle(new Record(null, value));

        assertThat(Files.readAllBytes(file)).isEqualTo(value);
    }

    @Test
    void valueThatIsNotRead_holdsNothingUp() throws Exception {
        assertThat(new ExecWork("exit 0", null).handler().handle(new Record(null, new byte[1_000_000])))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "exit 1, AttemptFailedException, exit status 1",
        "exit 75, AttemptFailedException, exit status 75",
        "exit 65, RecordRefusedException, exit status 65",
        "true; exit 126, CannotWorkException, exit status 126",
        "true; no-such-command-here 2> /dev/null, CannotWorkException, exit status 127",
        "kill -9 $$, AttemptFailedException, ended by signal 9"
    })
    void status_saysWhatComesNext(String command, String type, String message) {
        assertThatThrownBy(() -> new ExecWork(command, null).handler().handle(Record.of("k", "v")))
                .satisfies(
                        thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(type))
                .hasMessageStartingWith(message);
    }

    @Test
    void failureWhileStopping_isNone() {
        ExecWork work = new ExecWork("exit 65", null);
        work.stopping();

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v"))).isInstanceOf(RetryAfterException.class);
    }

    @Test
    void tooLong_isEndedAndAFailure() {
        ExecWork work = new ExecWork("exec cat < " + fifo(), Duration.ofMillis(50));

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v")))
                .isInstanceOf(AttemptFailedException.class)
                .hasMessageContaining("--timeout");
    }

    @Test
    void interrupted_endsTheCommand() throws Exception {
        Path started = directory.resolve("started");
        ExecWork work = new ExecWork("echo $$ > " + started + "; exec cat < " + fifo(), null);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.handler().handle(Record.of("k", "v"));
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        thread.start();
        Await.until("the command", LIMIT, () -> Files.exists(started) && Files.size(started) > 1);

        thread.interrupt();

        assertThat(thrown.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        awaitEnd(started);
    }

    @Test
    void abort_endsTheCommandAndWhatItStarted() throws Exception {
        Path started = directory.resolve("started");
        Path child = directory.resolve("child");
        ExecWork work = new ExecWork(
                "trap '' TERM; (echo $$ > " + started + "; exec cat < " + fifo() + ") & echo $! > " + child + "; wait",
                null);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.handler().handle(Record.of("k", "v"));
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        thread.start();
        Await.until("the command", LIMIT, () -> Files.exists(started) && Files.exists(child) && Files.size(child) > 1);
        work.stopping();

        work.abort();

        assertThat(thrown.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(RetryAfterException.class);
        awaitEnd(started);
        awaitEnd(child);
    }

    private static void awaitEnd(Path pidFile) throws Exception {
        long pid = Long.parseLong(Files.readString(pidFile, UTF_8).strip());
        Await.until(
                "the end of " + pid, LIMIT, () -> ProcessHandle.of(pid).stream().noneMatch(ProcessHandle::isAlive));
    }

    /** What reads it waits for ever: nobody writes. */
    private Path fifo() {
        Path fifo = directory.resolve("fifo");
        try {
            assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                    .isZero();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return fifo;
    }
}
