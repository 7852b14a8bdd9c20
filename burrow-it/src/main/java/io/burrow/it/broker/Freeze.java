package io.burrow.it.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that is stopped ({@code SIGSTOP}) from {@link #of} until {@link #thaw()}. One thread. POSIX systems only.
 *
 * <p>A frozen child cannot notice that its parent is gone. So a shell holds the freeze: it sends the signal, then waits
 * for its standard input to end, which happens by {@link #thaw()} or by the end of this process, and sends
 * {@code SIGCONT}. No frozen process is left behind.
 */
public final class Freeze {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SCRIPT =
            "trap '' INT TERM HUP; kill -STOP $1 && echo frozen && read end; kill -CONT $1";

    private final Process shell;

    private Freeze(Process shell) {
        this.shell = shell;
    }

    /**
     * Returns when the process stands still; where that cannot be seen, when it has been sent the signal.
     *
     * @param process a child of this process
     * @return the freeze, to be ended by the caller
     * @throws IllegalStateException if the process has ended
     */
    public static Freeze of(Process process) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", SCRIPT, "sh", Long.toString(process.pid()))
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (shell.getInputStream().read() < 0) {
                throw new IllegalStateException("cannot freeze process " + process.pid() + ": has it ended?");
            }
            Freeze freeze = new Freeze(shell);
            freeze.awaitStopped(process.pid());
            return freeze;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot freeze process " + process.pid(), failure);
        }
    }

    /** Lets the process go on, and returns when it has been sent the signal. */
    public void thaw() {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("the process was not resumed within " + LIMIT);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while resuming a process", interrupt);
        }
    }

    /** A signal is delivered some time after it was sent, and a busy process can do much in that time. */
    private void awaitStopped(long pid) {
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(threads)) {
            return;
        }
        try {
            Await.until("the stop of process " + pid, LIMIT, () -> allStopped(threads));
        } catch (IllegalStateException failure) {
            thaw();
            throw failure;
        }
    }

    private static boolean allStopped(Path threads) {
        try (Stream<Path> each = Files.list(threads)) {
            for (Path thread : each.toList()) {
                String line = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                // The state follows the name, which may hold anything and stands in parentheses.
                if (line.charAt(line.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        } catch (IOException | UncheckedIOException threadEnded) {
            return false;
        }
    }

    /** Gives up the freeze of a process that has ended: no signal goes to its pid, which may be another's soon. */
    public void discard() {
        shell.destroyForcibly();
    }
}
