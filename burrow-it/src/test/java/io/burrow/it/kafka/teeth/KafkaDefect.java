package io.burrow.it.kafka.teeth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A guard of the Kafka module or of the core, taken out: pieces of the real source, each of which must be there exactly
 * once, and what stands in their place. How the source is laid out does not count.
 *
 * @param name what is wrong then
 * @param type the class: by its simple name in the Kafka module, as {@code ledger/GapLedger} in the core
 * @param test what must fail: class, method and arguments, as {@code PositionsIT.method(CONSUMER, earliest, 6)}
 * @param changes the pieces and their replacements
 * @param patienceSeconds how long the test awaits anything; less than one that may pass
 */
record KafkaDefect(String name, String type, String test, List<Change> changes, int patienceSeconds) {
    private static final int PATIENCE_SECONDS = 4;
    private static final Path MODULES = Path.of("..");
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");

    /**
     * One replacement.
     *
     * @param text what is there
     * @param wrong what stands in its place
     */
    record Change(String text, String wrong) {}

    static KafkaDefect of(String name, String type, String test, String... textsAndWrongs) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < textsAndWrongs.length; i += 2) {
            changes.add(new Change(textsAndWrongs[i], textsAndWrongs[i + 1]));
        }
        return new KafkaDefect(name, type, test, List.copyOf(changes), PATIENCE_SECONDS);
    }

    /** The same for a test that has to await something first which takes longer. */
    KafkaDefect patient(int seconds) {
        return new KafkaDefect(name, type, test, changes, seconds);
    }

    /** The class, as a path within the sources of its module. */
    String file() {
        return (isOfTheCore() ? "io/burrow/core/" : "io/burrow/kafka/") + type + ".java";
    }

    private boolean isOfTheCore() {
        return type.indexOf('/') >= 0;
    }

    /** The source without the guard. */
    String source() throws IOException {
        Path sources =
                MODULES.resolve(isOfTheCore() ? "burrow-core" : "burrow-kafka").resolve("src/main/java");
        String source = Files.readString(sources.resolve(file()));
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
