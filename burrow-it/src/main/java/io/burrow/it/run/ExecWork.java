package io.burrow.it.run;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.api.RetryAfterException;
import io.burrow.api.WorkerThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command of the shell for each record. The value is its standard input; what it prints goes where this process
 * prints, and is never waited for. Exit status 0 is done, {@value #BAD_DATA} says that the record will never do, 126
 * and 127 are the shell's word that there is no such command, which stops everything; any other is a failed attempt.
 *
 * <p>A key pressed in a terminal, and many a supervisor, signals the commands together with this process. So a command
 * that fails while this process stops has not failed: its record stays unfinished, and comes again.
 */
public final class ExecWork implements Work {
    /** {@code EX_DATAERR} of {@code sysexits.h}. */
    static final int BAD_DATA = 65;

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final int SIGNALS = 128;
    /** By then a process that was signalled together with its command knows of it. */
    private static final Duration SIGNAL_NEWS = Duration.ofSeconds(1);
    /** How long a command may take to end when asked. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration NOT_NOW = Duration.ofHours(1);
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);
    private static final Pattern PLAIN_WORD = Pattern.compile("[\\w./+-]+");

    private final String command;
    private final @Nullable Duration limit;
    private final Charset environmentCharset = Charset.forName(System.getProperty("sun.jnu.encoding", "US-ASCII"));
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean aborted;

    /**
     * Makes it, and has the shell look at the command without running it.
     *
     * @param command what {@code /bin/sh -c} gets
     * @param limit how long one run may take, or null
     * @throws IllegalArgumentException if the shell cannot read the command or does not find it; the message says why
     */
    public ExecWork(String command, @Nullable Duration limit) {
        this.command = command;
        this.limit = limit;
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

    /** To feed a command and to wait for it holds a thread. */
    @Override
    public WorkerThreads threads() {
        return WorkerThreads.PLATFORM;
    }

    private void run(Message<byte[], byte[]> message) throws Exception {
        Process process = start(message);
        AtomicBoolean late = new AtomicBoolean();
        try {
            if (aborted) {
                end(process);
            }
            watch(process, late);
            feed(process, message.value());
            int status = process.waitFor();
            if (status != 0) {
                throw failure(status, late.get());
            }
        } catch (InterruptedException e) {
            end(process);
            throw e;
        } finally {
            running.remove(process);
        }
    }

    private Process start(Message<byte[], byte[]> message) throws AttemptFailedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        RecordEnvironment.set(builder.environment(), message, environmentCharset);
        try {
            Process process = builder.start();
            running.add(process);
            return process;
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

    private void watch(Process process, AtomicBoolean late) {
        if (limit != null) {
            CompletableFuture<?> unused = process.onExit()
                    .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((ended, thrown) -> {
                        if (thrown instanceof TimeoutException) {
                            late.set(true);
                            end(process);
                        }
                    });
        }
    }

    private Exception failure(int status, boolean late) throws InterruptedException {
        boolean stops = stopping.await(status > SIGNALS && !late ? SIGNAL_NEWS.toMillis() : 0, TimeUnit.MILLISECONDS);
        if (stops) {
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
                        status > SIGNALS ? "ended by signal " + (status - SIGNALS) : "exit status " + status);
        };
    }

    /** Asks it and all that it started to end, and sees to it after a while. Does not wait. */
    private static void end(Process process) {
        List<ProcessHandle> all = tree(process);
        all.forEach(ProcessHandle::destroy);
        CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> all.forEach(ProcessHandle::destroyForcibly));
    }

    /** By their handles: {@code Process.destroy} would close the input, and wait for who writes to it. */
    private static List<ProcessHandle> tree(Process process) {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .collect(Collectors.toList());
    }

    @Override
    public void stopping() {
        stopping.countDown();
    }

    @Override
    public void abort() {
        aborted = true;
        List<ProcessHandle> all =
                running.stream().flatMap(process -> tree(process).stream()).toList();
        all.forEach(ProcessHandle::destroy);
        CompletableFuture<?> ended =
                CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            ended.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | TimeoutException slow) {
            // what is left is killed now
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
