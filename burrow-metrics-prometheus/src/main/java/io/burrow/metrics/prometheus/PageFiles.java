package io.burrow.metrics.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page is made of, out of this jar. */
final class PageFiles {
    private static final Map<String, PageFile> FILES = Map.of(
            "/", read("page.html", "text/html; charset=utf-8"),
            "/page.css", read("page.css", "text/css; charset=utf-8"),
            "/page.js", read("page.js", "text/javascript; charset=utf-8"),
            "/rows.js", read("rows.js", "text/javascript; charset=utf-8"),
            "/strip.js", read("strip.js", "text/javascript; charset=utf-8"),
            "/text.js", read("text.js", "text/javascript; charset=utf-8"),
            "/icon.svg", read("icon.svg", "image/svg+xml"));

    /** A file and how to read it. */
    record PageFile(String contentType, byte[] bytes) {}

    private PageFiles() {}

    /** The file at a path, or null. */
    static @Nullable PageFile at(String path) {
        return FILES.get(path);
    }

    private static PageFile read(String name, String contentType) {
        try (InputStream stream = PageFiles.class.getResourceAsStream("page/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks page/" + name);
            }
            return new PageFile(contentType, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
