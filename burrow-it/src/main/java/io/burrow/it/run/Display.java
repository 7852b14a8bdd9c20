package io.burrow.it.run;

import java.io.PrintWriter;

/** Lines for people, and on a terminal below them one that changes. Any thread. */
final class Display {
    private static final String CLEAR = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean live;
    private boolean drawn;

    Display(PrintWriter out, boolean live) {
        this.out = out;
        this.live = live;
    }

    boolean isLive() {
        return live;
    }

    /** A line that stays. */
    synchronized void say(String line) {
        erase();
        out.println("burrow: " + line);
        out.flush();
    }

    /** The line that changes; nothing where it could not. */
    synchronized void show(String line) {
        if (live) {
            erase();
            out.print(line);
            out.flush();
            drawn = true;
        }
    }

    private void erase() {
        if (drawn) {
            out.print(CLEAR);
            drawn = false;
        }
    }
}
