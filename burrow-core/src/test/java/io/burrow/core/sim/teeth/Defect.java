package io.burrow.core.sim.teeth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A deliberate mistake: a piece of the real source, which must be there exactly once, and what stands in its place. How
 * the source is laid out does not count.
 *
 * @param name what is wrong
 * @param invariant what it breaks
 * @param file the source, below {@code src/main/java/io/burrow/core}
 * @param text the piece
 * @param wrong what stands in its place
 */
public record Defect(String name, String invariant, String file, String text, String wrong) {
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");

    public Path path() {
        return Path.of("src/main/java/io/burrow/core", file);
    }

    /** The source with the mistake. */
    public String source() throws IOException {
        String source = Files.readString(path());
        String pattern = TOKEN.matcher(text)
                .results()
                .map(token -> Pattern.quote(token.group()))
                .collect(Collectors.joining("\\s*"));
        Matcher matcher = Pattern.compile(pattern).matcher(source);
        if (!matcher.find()) {
            throw new IllegalStateException("\"" + name + "\" does not fit the source any more: " + file);
        }
        String changed = source.substring(0, matcher.start()) + wrong + source.substring(matcher.end());
        if (matcher.find()) {
            throw new IllegalStateException("\"" + name + "\" fits the source more than once: " + file);
        }
        return changed;
    }

    @Override
    public String toString() {
        return name;
    }
}
