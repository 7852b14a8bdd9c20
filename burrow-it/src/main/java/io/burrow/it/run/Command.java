package io.burrow.it.run;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A process, and all that it started, to be ended together. What a process started is found only while it lives, so
 * what was asked to end is remembered. Any thread.
 *
 * <p>All by their handles: {@code Process.destroy} would close the input, and wait for who writes to it.
 */
final class Command {
    /** How long it may take to end when asked. */
    static final Duration GRACE = Duration.ofSeconds(2);
    /** What is killed is gone at once, but is seen until its parent, of old or by adoption, has taken note of it. */
    private static final Duration NOTED = Duration.ofSeconds(2);

    private final Process process;
    private final Set<ProcessHandle> asked = ConcurrentHashMap.newKeySet();

    Command(Process process) {
        this.process = process;
    }

    Process process() {
        return process;
    }

    /** Asks all to end, and kills what is left after a while. Does not wait. */
    void end() {
        ask();
        CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::kill);
    }

    /** Asks all to end. */
    void ask() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        asked.addAll(all);
        all.forEach(ProcessHandle::destroy);
    }

    /** Kills what was asked to end and has not, with what it started since. */
    void kill() {
        List<ProcessHandle> later = asked.stream()
                .filter(ProcessHandle::isAlive)
                .flatMap(ProcessHandle::descendants)
                .toList();
        asked.addAll(later);
        asked.forEach(ProcessHandle::destroyForcibly);
    }

    /** Completed when nothing lives of what was asked to end; at once if nothing was. */
    CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(asked.stream()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture[]::new));
    }

    /** Waits until nothing lives of what was asked to end, and kills it if that takes long. */
    void awaitEnd() throws InterruptedException {
        if (!awaitEnd(GRACE)) {
            kill();
            awaitEnd(NOTED);
        }
    }

    private boolean awaitEnd(Duration limit) throws InterruptedException {
        try {
            ended().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException slow) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
