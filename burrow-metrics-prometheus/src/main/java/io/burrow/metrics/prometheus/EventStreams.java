package io.burrow.metrics.prometheus;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the page its news (server-sent events). Each listener has a thread, and there is a bound on listeners, so that
 * a slow one waits alone and only for itself: it gets the newest document when it is done with the one before, and is
 * dropped when one takes it too long. No thread of Burrow's ever comes here.
 */
final class EventStreams implements AutoCloseable {
    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);

    private final Source source;
    private final int most;
    private final long intervalNanos;
    private final long stallNanos;
    private final AtomicInteger number = new AtomicInteger();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

    // guarded by this
    private int open;
    private boolean closed;
    private @Nullable Thread watchdog;

    /** Makes the newest document. */
    interface Source {
        byte[] newest() throws InterruptedException;
    }

    EventStreams(Source source, int most, Duration interval, Duration stall) {
        this.source = source;
        this.most = most;
        this.intervalNanos = interval.toNanos();
        this.stallNanos = stall.toNanos();
    }

    /** Takes a place, if there is one; it is given back when the stream has ended. */
    synchronized boolean reserve() {
        if (closed || open == most) {
            return false;
        }
        open++;
        return true;
    }

    /** Gives a reserved place back. */
    synchronized void release() {
        open--;
    }

    /** Goes on with an exchange whose head was sent, on a thread of its own, in a place that was reserved. */
    synchronized void start(HttpExchange exchange) {
        if (watchdog == null && !closed) {
            Thread started = daemon(this::watch, "burrow-events-watchdog");
            started.start();
            watchdog = started;
        }
        Stream stream = new Stream(exchange);
        streams.add(stream);
        try {
            stream.start();
        } catch (OutOfMemoryError e) { // no thread can be had: the place goes back to who reserved it
            streams.remove(stream);
            throw e;
        }
        if (closed) {
            stream.interrupt();
        }
    }

    int open() {
        synchronized (this) {
            return open;
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(Math.max(1, stallNanos / 4_000_000));
                long now = System.nanoTime();
                for (Stream stream : streams) {
                    if (stream.isStalled(now)) {
                        stream.interrupt(); // closes the channel that it writes to
                    }
                }
                synchronized (this) {
                    if (open == 0 || closed) {
                        watchdog = null;
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (watchdog != null) {
                watchdog.interrupt();
            }
        }
        streams.forEach(Stream::interrupt);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** One listener. */
    private final class Stream {
        private final HttpExchange exchange;
        private final Thread thread = daemon(this::run, "burrow-events-" + number.incrementAndGet());
        /** Since when it writes, or 0 if it does not. */
        private volatile long writingNanos;

        Stream(HttpExchange exchange) {
            this.exchange = exchange;
        }

        void start() {
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
        }

        boolean isStalled(long now) {
            long since = writingNanos;
            return since != 0 && now - since > stallNanos;
        }

        private void run() {
            try (exchange) {
                OutputStream body = exchange.getResponseBody();
                write(body, RETRY);
                while (!Thread.currentThread().isInterrupted()) {
                    ByteArrayOutputStream event = new ByteArrayOutputStream(4096);
                    event.writeBytes(DATA);
                    event.writeBytes(source.newest());
                    event.writeBytes(END);
                    write(body, event.toByteArray());
                    Thread.sleep(intervalNanos / 1_000_000);
                }
            } catch (IOException e) {
                // it went away, or was dropped
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                streams.remove(this);
                release();
            }
        }

        private void write(OutputStream body, byte[] bytes) throws IOException {
            writingNanos = System.nanoTime() | 1;
            body.write(bytes);
            body.flush();
            writingNanos = 0;
        }
    }
}
