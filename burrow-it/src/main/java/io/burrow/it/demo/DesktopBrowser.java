package io.burrow.it.demo;

import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.function.Consumer;

/**
 * The browser that the desktop opens addresses with. The only class that touches AWT, and no sooner than it is used.
 */
final class DesktopBrowser implements Consumer<URI> {
    @Override
    public void accept(URI page) {
        if (System.getProperty("apple.awt.UIElement") == null) {
            System.setProperty("apple.awt.UIElement", "true"); // or a Mac shows the demo as one more application
        }
        if (GraphicsEnvironment.isHeadless() || !Desktop.isDesktopSupported()) {
            return;
        }
        Desktop desktop = Desktop.getDesktop();
        if (!desktop.isSupported(Desktop.Action.BROWSE)) {
            return;
        }
        try {
            desktop.browse(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
