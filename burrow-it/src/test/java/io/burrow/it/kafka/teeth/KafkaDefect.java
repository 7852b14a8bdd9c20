package io.burrow.it.kafka.teeth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A guard of the Kafka module, taken out: pieces of the real source, each of which must be there exactly once, and what
 * stands in their place. How the source is laid out does not count.
 *
 * @param name what is wrong then
 * @param type the class, by its simple name
 * @param test what must fail: class, method and arguments, as {@code PositionsIT.method(CONSUMER, earliest, 6)}
 * @param changes the pieces and their replacements
 */
record KafkaDefect(String name, String type, String test, List<Change> changes) {
    private static final Path SOURCES = Path.of("../burrow-kafka/src/main/java/io/burrow/kafka");
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");

    /**
     * One replacement.
     *
     * @param text what is there
     * @param wrong what stands in its place
     */
    record Change(String text, String wrong) {}

    static KafkaDefect of(String name, String type, String test, String... textsAndWrongs) {
        List<Change> changes = new java.util.ArrayList<>();
        for (int i = 0; i < textsAndWrongs.length; i += 2) {
            changes.add(new Change(textsAndWrongs[i], textsAndWrongs[i + 1]));
        }
        return new KafkaDefect(name, type, test, List.copyOf(changes));
    }

    /** The source without the guard. */
    String source() throws IOException {
        String source = Files.readString(SOURCES.resolve(type + ".java"));
        for (Change change : changes) {
            source = change(source, change);
        }
        return source;
    }

    private String change(String source, Change change) {
        String pattern = TOKEN.matcher(change.text)
                .results()
                .map(token -> Pattern.quote(token.group()))
                .collect(Collectors.joining("\\s*"));
        Matcher matcher = Pattern.compile(pattern).matcher(source);
        if (!matcher.find()) {
            throw new IllegalStateException("\"" + name + "\" does not fit the source any more: " + change.text);
        }
        String changed = source.substring(0, matcher.start()) + change.wrong + source.substring(matcher.end());
        if (matcher.find()) {
            throw new IllegalStateException("\"" + name + "\" fits the source more than once: " + change.text);
        }
        return changed;
    }

    @Override
    public String toString() {
        return name;
    }
}
