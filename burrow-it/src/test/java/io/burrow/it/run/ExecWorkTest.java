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
    private static final int RETRIES = 3;

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
                .isThrownBy(() -> new ExecWork(command, null, RETRIES))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cat > /dev/null", "A=b true", "if true; then true; fi", "'/bin/cat' > /dev/null", "{ true; }"})
    void commandOfAnyForm_isTaken(String command) throws Exception {
        assertThat(new ExecWork(command, null, RETRIES).handler().handle(Record.of("k", "v")))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_096, 4_097, 300_000})
    void value_isStandardInput_asItIs(int bytes) throws Exception {
        Path file = directory.resolve("value");
        byte[] value = new byte[bytes];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }

        new ExecWork("cat > " + file, null, RETRIES).handler().handle(Record.of(null, value));

        assertThat(Files.readAllBytes(file)).isEqualTo(value);
    }

    @Test
    void valueThatIsNotRead_holdsNothingUp() throws Exception {
        assertThat(new ExecWork("exit 0", null, RETRIES).handler().handle(Record.of(null, new byte[1_000_000])))
                .isNotNull();
    }

    /** Nobody waits for a process that keeps the input, reads none of it, and was left behind. */
    @Test
    void valueThatWaitsInWhatTheCommandLeftBehind_holdsNothingUp() throws Exception {
        Path left = directory.resolve("left");
        ExecWork work =
                new ExecWork("exec 3<&0; (exec cat < " + fifo() + ") & echo $! > " + left + "; exit 0", null, RETRIES);
        try {
            assertThat(work.handler().handle(Record.of(null, new byte[1_000_000])))
                    .isNotNull();

            assertThat(ProcessHandle.of(pid(left)))
                    .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());
        } finally {
            ProcessHandle.of(pid(left)).ifPresent(ProcessHandle::destroyForcibly);
        }
        awaitEnd(left);
    }

    @Test
    void largeValue_comesByAFile_thatIsNotLeftBehind() throws Exception {
        Path files = Files.createDirectory(directory.resolve("files"));
        byte[] value = new byte[1_000_000];

        assertThat(patient("cat > /dev/null", files).handler().handle(Record.of(null, value)))
                .isNotNull();

        assertThat(files).isEmptyDirectory();
        Files.delete(files);
        assertThatThrownBy(() -> patient("exit 0", files).handler().handle(Record.of(null, value)))
                .isInstanceOf(AttemptFailedException.class)
                .hasMessageContaining(files.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "exit 1, AttemptFailedException, exit status 1",
        "exit 75, AttemptFailedException, exit status 75",
        "exit 65, RecordRefusedException, exit status 65",
        "true; exit 126, CannotWorkException, exit status 126",
        "true; no-such-command-here 2> /dev/null, CannotWorkException, exit status 127",
        "kill -9 $$, AttemptFailedException, ended by signal 9",
        "exit 192, AttemptFailedException, ended by signal 64",
        "exit 193, AttemptFailedException, exit status 193",
        "exit 255, AttemptFailedException, exit status 255"
    })
    void status_saysWhatComesNext(String command, String type, String message) {
        assertThatThrownBy(() -> new ExecWork(command, null, RETRIES).handler().handle(Record.of("k", "v")))
                .satisfies(
                        thrown -> assertThat(thrown.getClass().getSimpleName()).isEqualTo(type))
                .hasMessageStartingWith(message);
    }

    @Test
    void failureWhileStopping_isNone() {
        ExecWork work = new ExecWork("exit 65", null, RETRIES);
        work.stopping();

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v"))).isInstanceOf(RetryAfterException.class);
    }

    /** As when a key was pressed: the command has ended before this process knows that it is to stop. */
    @ParameterizedTest
    @CsvSource({"exit 65, 1", "exit 127, 1", "exit 130, 1", "exit 1, 4"})
    void failureThatMayComeOfTheStop_waitsForTheNewsOfIt(String command, int attempt) throws Exception {
        ExecWork work = patient("true; " + command, directory);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.handler().handle(Record.of("k", "v").withAttempt(attempt));
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        thread.start();
        Await.until("the wait for the news", LIMIT, () -> thread.getState() == Thread.State.TIMED_WAITING);

        work.stopping();

        assertThat(thrown.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(RetryAfterException.class);
    }

    @Test
    void failureThatIsTriedAgain_waitsForNothing() {
        ExecWork work = patient("exit 1", directory);

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v").withAttempt(RETRIES)))
                .isInstanceOf(AttemptFailedException.class);
    }

    @Test
    void tooLong_isEndedAndAFailure() {
        ExecWork work = new ExecWork("exec cat < " + fifo(), Duration.ofMillis(50), RETRIES);

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v")))
                .isInstanceOf(AttemptFailedException.class)
                .hasMessageContaining("--timeout");
    }

    @Test
    void tooLong_isAFailure_whateverItsStatus() {
        ExecWork work = new ExecWork("trap 'exit 0' TERM; cat < " + fifo() + " & wait", Duration.ofSeconds(1), RETRIES);

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v")))
                .isInstanceOf(AttemptFailedException.class)
                .hasMessageContaining("--timeout");
    }

    /** What it started might meet the next attempt. */
    @Test
    void tooLong_isOverWhenAllHasEnded() throws Exception {
        Path child = directory.resolve("child");
        ExecWork work = new ExecWork(
                "(trap '' TERM; exec cat < " + fifo() + ") & echo $! > " + child + "; wait",
                Duration.ofSeconds(2),
                RETRIES);

        assertThatThrownBy(() -> work.handler().handle(Record.of("k", "v")))
                .isInstanceOf(AttemptFailedException.class)
                .hasMessageContaining("--timeout");

        assertThat(ProcessHandle.of(pid(child)).stream().anyMatch(ProcessHandle::isAlive))
                .isFalse();
    }

    @Test
    void interrupted_endsTheCommand() throws Exception {
        Path started = directory.resolve("started");
        ExecWork work = new ExecWork("echo $$ > " + started + "; exec cat < " + fifo(), null, RETRIES);
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
                null,
                RETRIES);
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

    /** Whose news of a stop may come late. */
    private static ExecWork patient(String command, Path files) {
        return new ExecWork(command, null, RETRIES, Duration.ofHours(1), Duration.ofHours(1), files);
    }

    private static long pid(Path file) throws Exception {
        return Long.parseLong(Files.readString(file, UTF_8).strip());
    }

    private static void awaitEnd(Path pidFile) throws Exception {
        long pid = pid(pidFile);
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
