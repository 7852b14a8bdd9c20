package io.burrow.it.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that is stopped ({@code SIGSTOP}) from {@link #of} until {@link #thaw()}. One thread. POSIX systems only.
 *
 * <p>A frozen child cannot notice that its parent is gone. So a shell holds the freeze: it sends the signal, then waits
 * for its standard input to end, which happens by {@link #thaw()} or by the end of this process, and sends
 * {@code SIGCONT}. No frozen process is left behind.
 */
final class Freeze {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SCRIPT =
            "trap '' INT TERM HUP; kill -STOP $1 && echo frozen && read end; kill -CONT $1";

    private final Process shell;

    private Freeze(Process shell) {
        this.shell = shell;
    }

    /** Returns when the process has been sent the signal. */
    static Freeze of(Process process) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", SCRIPT, "sh", Long.toString(process.pid()))
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (shell.getInputStream().read() < 0) {
                throw new IllegalStateException("cannot freeze process " + process.pid() + ": has it ended?");
            }
            return new Freeze(shell);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot freeze process " + process.pid(), failure);
        }
    }

    /** Lets the process go on, and returns when it has been sent the signal. */
    void thaw() {
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

    /** Gives up the freeze of a process that has ended: no signal goes to its pid, which may be another's soon. */
    void discard() {
        shell.destroyForcibly();
    }
}
