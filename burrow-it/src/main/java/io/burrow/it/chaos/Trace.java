package io.burrow.it.chaos;

import java.util.Locale;
import java.util.function.Consumer;

/** Prints what happens with the time since the start. Any thread. */
final class Trace {

    private final Consumer<? super String> out;
    private final long startNanos = System.nanoTime();

    Trace(Consumer<? super String> out) {
        this.out = out;
    }

    void say(String text) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        synchronized (this) {
            out.accept(String.format(Locale.ROOT, "%7.1f s  %s", seconds, text));
        }
    }

    void line(String text) {
        synchronized (this) {
            out.accept(text);
        }
    }
}
