package io.burrow.it.run;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.WorkerThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command of the shell for each record. The value is its standard input; what it prints goes where this process
 * prints. Neither is ever waited for, only the end of the command. Exit status 0 is done, {@value #BAD_DATA} says that
 * the record will never do, 126 and 127 are the shell's word that there is no such command, which stops everything; any
 * other is a failed attempt.
 *
 * <p>A key pressed in a terminal, and many a supervisor, signals the commands together with this process. So a command
 * that fails while this process stops has not failed: its record stays unfinished, and comes again.
 */
public final class ExecWork implements Work {
    /** {@code EX_DATAERR} of {@code sysexits.h}. */
    static final int BAD_DATA = 65;

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    /** A command that is ended by signal n has the status 128 + n. */
    private static final int SIGNALS = 128;

    private static final int MOST_SIGNALS = 64;
    /** By then a process that was signalled together with its command knows of it. */
    private static final Duration SIGNAL_NEWS = Duration.ofSeconds(1);
    /** The same for a command that does not say that it was signalled: most that fail were not. */
    private static final Duration PERHAPS_SIGNAL_NEWS = Duration.ofMillis(500);
    /** What each pipe holds, so that nobody waits for who does not read it. */
    private static final int MOST_PIPED_BYTES = 4096;

    private static final Duration NOT_NOW = Duration.ofHours(1);
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);
    private static final Pattern PLAIN_WORD = Pattern.compile("[\\w./+-]+");

    private final String command;
    private final @Nullable Duration limit;
    private final int retries;
    private final Duration signalNews;
    private final Duration perhapsSignalNews;
    private final Path files;
    private final Charset environmentCharset = Charset.forName(System.getProperty("sun.jnu.encoding", "US-ASCII"));
    private final Set<Command> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean aborted;

    /**
     * Makes it, and has the shell look at the command without running it.
     *
     * @param command what {@code /bin/sh -c} gets
     * @param limit how long one run may take, or null
     * @param retries how many attempts follow the first
     * @throws IllegalArgumentException if the shell cannot read the command or does not find it; the message says why
     */
    public ExecWork(String command, @Nullable Duration limit, int retries) {
        this(command, limit, retries, SIGNAL_NEWS, PERHAPS_SIGNAL_NEWS, Path.of(System.getProperty("java.io.tmpdir")));
    }

    ExecWork(
            String command,
            @Nullable Duration limit,
            int retries,
            Duration signalNews,
            Duration perhapsSignalNews,
            Path files) {
        this.command = command;
        this.limit = limit;
        this.retries = retries;
        this.signalNews = signalNews;
        this.perhapsSignalNews = perhapsSignalNews;
        this.files = files;
        if (command.isBlank()) {
            throw new IllegalArgumentException("it must not be blank");
        }
        if (command.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("it must not hold a NUL");
        }
        if (asked("-n", "-c", command) != 0) {
            throw new IllegalArgumentException("/bin/sh cannot read it; check its quotes and brackets");
        }
        String word = command.strip().split("\\s", 2)[0];
        if (PLAIN_WORD.matcher(word).matches() && asked("-c", "command -v -- \"$0\"", word) != 0) {
            throw new IllegalArgumentException(
                    "there is no command " + word + "; check its spelling, the PATH, and that it may be executed");
        }
    }

    private static int asked(String... arguments) {
        try {
            Process shell = new ProcessBuilder(Stream.concat(Stream.of("/bin/sh"), Stream.of(arguments))
                            .toList())
                    .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (!shell.waitFor(CHECK_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                shell.destroyForcibly();
                return 0; // to run it will tell
            }
            return shell.exitValue();
        } catch (IOException e) {
            throw new RunException("/bin/sh cannot be started, which --exec needs: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public AsyncMessageHandler<byte[], byte[]> handler() {
        return AsyncMessageHandler.of(this::run);
    }

    /** To wait for a command holds a thread. */
    @Override
    public WorkerThreads threads() {
        return WorkerThreads.PLATFORM;
    }

    private void run(Message<byte[], byte[]> message) throws Exception {
        Command started = start(message);
        AtomicBoolean late = new AtomicBoolean();
        try {
            if (aborted) {
                started.end();
            }
            watch(started, late);
            int status = started.process().waitFor();
            boolean wasLate = late.get();
            if (wasLate) {
                started.awaitEnd(); // nothing of it may meet the next attempt
            }
            if (status != 0 || wasLate) {
                throw failure(status, wasLate, message.attempt());
            }
        } catch (InterruptedException e) {
            started.end();
            throw e;
        } finally {
            CompletableFuture<?> unused = started.ended().whenComplete((ended, thrown) -> running.remove(started));
        }
    }

    /**
     * Starts the command. A value that its pipe may not hold comes as a file, which is removed at once: whoever had to
     * write to the pipe might wait for a process that neither reads nor ends, such as one that the command left behind.
     */
    private Command start(Message<byte[], byte[]> message) throws AttemptFailedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        RecordEnvironment.set(builder.environment(), message, environmentCharset);
        byte[] value = message.value();
        if (value == null || value.length <= MOST_PIPED_BYTES) {
            Command started = start(builder);
            feed(started.process(), value);
            return started;
        }
        Path file = null;
        try {
            file = Files.createTempFile(files, "burrow-run-", ".value"); // for this user only
            Files.write(file, value);
            return start(builder.redirectInput(file.toFile()));
        } catch (IOException e) {
            throw new AttemptFailedException("a value of more than " + MOST_PIPED_BYTES
                    + " bytes comes by a file, which could not be written in " + files);
        } finally {
            remove(file);
        }
    }

    private Command start(ProcessBuilder builder) throws AttemptFailedException {
        try {
            Command started = new Command(builder.start());
            running.add(started);
            return started;
        } catch (IOException e) { // out of processes, memory or files: it may pass
            throw new AttemptFailedException("no process could be started");
        }
    }

    private static void feed(Process process, byte @Nullable [] value) {
        try (OutputStream input = process.getOutputStream()) {
            if (value != null) {
                input.write(value);
            }
        } catch (IOException unread) {
            // It need not read all, or anything: its exit status tells.
        }
    }

    /** The command has it open. */
    private static void remove(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                file.toFile().deleteOnExit();
            }
        }
    }

    private void watch(Command started, AtomicBoolean late) {
        if (limit != null) {
            CompletableFuture<?> unused = started.process()
                    .onExit()
                    .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((ended, thrown) -> {
                        if (thrown instanceof TimeoutException) {
                            late.set(true);
                            started.end();
                        }
                    });
        }
    }

    private Exception failure(int status, boolean late, int attempt) throws InterruptedException {
        Duration news = late ? Duration.ZERO : news(status, attempt);
        if (stopping.await(news.toMillis(), TimeUnit.MILLISECONDS)) {
            return new RetryAfterException(NOT_NOW);
        }
        if (late) {
            return new AttemptFailedException("it was ended, since it ran for longer than --timeout");
        }
        return switch (status) {
            case BAD_DATA -> new RecordRefusedException("exit status " + status);
            case NOT_EXECUTABLE, NOT_FOUND ->
                new CannotWorkException("exit status " + status
                        + ": the shell found no such command, or may not execute it; check its spelling and the PATH");
            default ->
                new AttemptFailedException(
                        isSignal(status) ? "ended by signal " + (status - SIGNALS) : "exit status " + status);
        };
    }

    /** How long to wait for the news that this process is stopping: not at all where another attempt follows. */
    private Duration news(int status, int attempt) {
        if (isSignal(status)) {
            return signalNews;
        }
        boolean isFinal = switch (status) {
            case BAD_DATA, NOT_EXECUTABLE, NOT_FOUND -> true;
            default -> attempt > retries;
        };
        return isFinal ? perhapsSignalNews : Duration.ZERO;
    }

    private static boolean isSignal(int status) {
        return status > SIGNALS && status <= SIGNALS + MOST_SIGNALS;
    }

    @Override
    public void stopping() {
        stopping.countDown();
    }

    @Override
    public void abort() {
        aborted = true;
        List<Command> all = List.copyOf(running);
        all.forEach(Command::ask);
        CompletableFuture<?> ended =
                CompletableFuture.allOf(all.stream().map(Command::ended).toArray(CompletableFuture[]::new));
        try {
            ended.get(Command.GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException slow) {
            // what is left is killed now
        }
        all.forEach(Command::kill);
    }
}
