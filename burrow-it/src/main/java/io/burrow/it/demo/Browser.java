package io.burrow.it.demo;

import java.net.URI;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Opens the page for somebody who sits at this machine; for anybody else it does nothing. The address is printed in any
 * case, so nothing waits for what comes of it, and a failure is not told. Any thread.
 */
public final class Browser {
    private final boolean attended;
    private final Consumer<URI> opener;
    private final Executor executor;

    /**
     * Makes one.
     *
     * @param terminal whether somebody is there
     * @param opener opens an address; it is called once for each, on a thread of its own, may take its time and throw
     */
    public Browser(Terminal terminal, Consumer<URI> opener) {
        this(terminal, opener, Browser::onADaemon);
    }

    Browser(Terminal terminal, Consumer<URI> opener, Executor executor) {
        this.attended = terminal.attended();
        this.opener = opener;
        this.executor = executor;
    }

    /**
     * The browser of the desktop, if there is one.
     *
     * @param terminal whether somebody is there
     * @return a browser that looks for the desktop when it is asked to open something
     */
    public static Browser ofTheDesktop(Terminal terminal) {
        return new Browser(terminal, new DesktopBrowser());
    }

    private static void onADaemon(Runnable task) {
        Thread thread = new Thread(task, "demo-browser");
        thread.setDaemon(true);
        thread.start();
    }

    void open(URI page) {
        if (attended) {
            executor.execute(() -> attempt(page));
        }
    }

    private void attempt(URI page) {
        try {
            opener.accept(page);
        } catch (RuntimeException | Error e) {
            // no display, or half a Java without the libraries for one: whoever wants the page has its address
        }
    }
}
