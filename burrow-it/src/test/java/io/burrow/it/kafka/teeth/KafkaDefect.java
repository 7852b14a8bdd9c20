package io.burrow.it.kafka.teeth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A guard of the Kafka module or of the core, taken out: pieces of the real source, each of which must be there exactly
 * once, and what stands in their place. How the source is laid out does not count.
 *
 * @param name what is wrong then
 * @param module whose class it is
 * @param type the class, by its name without {@code io.burrow.kafka.} or {@code io.burrow.core.}
 * @param test what must fail: class, method and arguments, as {@code PositionsIT.method(CONSUMER, earliest, 6)}
 * @param changes the pieces and their replacements
 */
record KafkaDefect(String name, Module module, String type, String test, List<Change> changes) {
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");

    /** Where a guard can be. */
    enum Module {
        KAFKA,
        CORE;

        /** The package of its classes, with slashes. */
        String directory() {
            return "io/burrow/" + name().toLowerCase(Locale.ROOT);
        }

        private Path sources() {
            return Path.of("../burrow-" + name().toLowerCase(Locale.ROOT) + "/src/main/java", directory());
        }
    }

    /**
     * One replacement.
     *
     * @param text what is there
     * @param wrong what stands in its place
     */
    record Change(String text, String wrong) {}

    static KafkaDefect of(String name, String type, String test, String... textsAndWrongs) {
        return in(Module.KAFKA, name, type, test, textsAndWrongs);
    }

    static KafkaDefect inCore(String name, String type, String test, String... textsAndWrongs) {
        return in(Module.CORE, name, type, test, textsAndWrongs);
    }

    private static KafkaDefect in(Module module, String name, String type, String test, String... textsAndWrongs) {
        List<Change> changes = new java.util.ArrayList<>();
        for (int i = 0; i < textsAndWrongs.length; i += 2) {
            changes.add(new Change(textsAndWrongs[i], textsAndWrongs[i + 1]));
        }
        return new KafkaDefect(name, module, type, test, List.copyOf(changes));
    }

    /** The file of the class, from the root of all sources. */
    String file() {
        return module.directory() + "/" + type.replace('.', '/') + ".java";
    }

    /** The source without the guard. */
    String source() throws IOException {
        String source = Files.readString(module.sources().resolve(type.replace('.', '/') + ".java"));
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
