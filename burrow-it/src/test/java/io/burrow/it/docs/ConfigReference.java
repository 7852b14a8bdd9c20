package io.burrow.it.docs;

import io.burrow.api.BurrowConfig;
import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.ConcurrencyLimit;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.RetryPolicy;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.InMemoryBroker;
import io.burrow.core.testing.InMemoryDeadLetters;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the reference of the settings out of {@link BurrowConfig} itself. What a setting is comes from its doc
 * comment, its rules from what the record says when values are put to it that break them, its default from the
 * defaults, and whether it can change from a running Burrow that is asked to change it.
 */
final class ConfigReference {
    private static final Path SOURCE = Page.root().resolve("burrow-api/src/main/java/io/burrow/api/BurrowConfig.java");
    private static final String LONGEST = "at most 365 days";

    private final BurrowConfig defaults = BurrowConfig.defaults();
    private final String source;

    ConfigReference() throws IOException {
        source = Files.readString(SOURCE);
    }

    static List<RecordComponent> settings() {
        return List.of(BurrowConfig.class.getRecordComponents());
    }

    /** The table, with a line end after each line. */
    String table() {
        StringBuilder table = new StringBuilder(
                        "| setting | type | unit | default | rule | can change | what it is |\n")
                .append("|---|---|---|---|---|---|---|\n");
        for (RecordComponent setting : settings()) {
            table.append(Stream.of(
                                    "`" + setting.getName() + "`",
                                    "`" + setting.getType().getSimpleName() + "`",
                                    unit(setting),
                                    defaultOf(setting),
                                    rule(setting),
                                    isChangeable(setting) ? "yes" : "",
                                    what(setting))
                            .map(cell -> " " + cell + " ")
                            .collect(Collectors.joining("|", "|", "|")))
                    .append('\n');
        }
        return table.toString();
    }

    /** The doc comment of a setting, as it stands in the source. */
    String comment(RecordComponent setting) {
        Matcher comment = Pattern.compile(
                        "@param " + setting.getName() + " (.*?)(?=\\n \\* @param|\\n \\*/)", Pattern.DOTALL)
                .matcher(source);
        if (!comment.find()) {
            throw new AssertionError("no comment for " + setting.getName());
        }
        return comment.group(1).replaceAll("\\s*\\n \\*\\s*", " ").strip();
    }

    private String what(RecordComponent setting) {
        return comment(setting)
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link (?:[a-zA-Z.]*\\.)?([A-Z][A-Za-z]*)}", "`$1`")
                .replaceAll("\\s*Changeable\\.$", "");
    }

    /** By the name or the comment, since a setting's unit has to stand in one of them where its type has none. */
    private String unit(RecordComponent setting) {
        String name = setting.getName();
        if (setting.getType() == Duration.class) {
            return "time";
        }
        if (!setting.getType().isPrimitive() || setting.getType() == boolean.class) {
            return "";
        }
        if (name.endsWith("Percent")) {
            return "per cent";
        }
        if (name.endsWith("PerSecond")) {
            return "records per second";
        }
        Matcher counted = Pattern.compile("(?:How|how|this) many [a-z ]*?(records|bytes|attempts|dead letters)\\b")
                .matcher(comment(setting));
        if (counted.find()) {
            return counted.group(1);
        }
        if (name.endsWith("Bytes")) {
            return "bytes";
        }
        if (name.endsWith("Records") || name.toLowerCase(Locale.ROOT).endsWith("concurrency")) {
            return "records";
        }
        throw new AssertionError("no unit can be told for " + name);
    }

    private String defaultOf(RecordComponent setting) {
        Object value = value(setting);
        if (value instanceof Duration duration) {
            return time(duration);
        }
        if (value instanceof Long bytes) {
            return number(bytes) + " (" + (bytes >> 20) + " MiB)";
        }
        if (value instanceof Integer number) {
            return number(number);
        }
        if (value instanceof Enum<?> || value instanceof Boolean || value instanceof String) {
            return "`" + value + "`";
        }
        Matcher initial = Pattern.compile("private \\w+ " + setting.getName() + " =\\s*(.*?);", Pattern.DOTALL)
                .matcher(source);
        if (!initial.find()) {
            throw new AssertionError("no default for " + setting.getName());
        }
        return "`" + initial.group(1).replaceAll("\\s+", " ") + "`";
    }

    private static String time(Duration time) {
        if (time.isZero()) {
            return "0";
        }
        Map<Duration, String> units = new LinkedHashMap<>();
        units.put(Duration.ofHours(1), "h");
        units.put(Duration.ofMinutes(1), "min");
        units.put(Duration.ofSeconds(1), "s");
        units.put(Duration.ofMillis(1), "ms");
        for (Map.Entry<Duration, String> unit : units.entrySet()) {
            if (time.toNanos() % unit.getKey().toNanos() == 0) {
                return time.dividedBy(unit.getKey()) + " " + unit.getValue();
            }
        }
        throw new AssertionError("no unit for " + time);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** What the record says to values of which some must be wrong. */
    private String rule(RecordComponent setting) {
        Class<?> type = setting.getType();
        if (type == boolean.class) {
            return "";
        }
        Set<String> rules = new LinkedHashSet<>();
        if (type.isEnum()) {
            rules.add(Arrays.stream(type.getEnumConstants())
                    .map(constant -> "`" + constant + "`")
                    .collect(Collectors.joining(", ")));
            for (Object constant : type.getEnumConstants()) {
                said(setting, constant).forEach(rule -> rules.add("`" + constant + "` " + rule));
            }
        }
        for (Object probe : probes(type)) {
            rules.addAll(said(setting, probe));
        }
        if (!type.isPrimitive()) {
            rules.addAll(said(setting, null));
            rules.remove("must not be null"); // so of every one, and said above the table
        }
        List<String> texts = rules.stream()
                .map(rule -> rule.replaceFirst("^must (not )?(?:be |have )?", "$1"))
                .map(rule -> rule.replaceAll(" \\([^)]*\\)$", ""))
                .map(ConfigReference::spaced)
                .distinct()
                .toList();
        boolean narrower = texts.stream()
                .anyMatch(text -> !text.equals(LONGEST) && (text.startsWith("at most") || text.startsWith("from")));
        return texts.stream()
                .filter(text -> !(narrower && text.equals(LONGEST)))
                .collect(Collectors.joining("; "));
    }

    private static String spaced(String text) {
        return Pattern.compile("\\d{4,}").matcher(text).replaceAll(digits -> number(Long.parseLong(digits.group())));
    }

    private static List<Object> probes(Class<?> type) {
        if (type == int.class) {
            return List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE);
        }
        if (type == long.class) {
            return List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
        }
        if (type == Duration.class) {
            return List.of(
                    Duration.ofNanos(-1),
                    Duration.ZERO,
                    Duration.ofNanos(1),
                    Duration.ofDays(365),
                    Duration.ofDays(366));
        }
        return type == String.class ? List.of(" ", "x".repeat(101)) : List.of();
    }

    private List<String> said(RecordComponent setting, @Nullable Object value) {
        try {
            stepped(with(setting, value)).close();
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream()
                    .filter(problem -> problem.setting().equals(setting.getName()))
                    .map(ConfigProblem::rule)
                    .toList();
        }
    }

    /** Whether a running Burrow takes another value. */
    boolean isChangeable(RecordComponent setting) {
        BurrowConfig other = with(setting, other(setting));
        try (SteppedBurrow<String, String> burrow = stepped(defaults, new InMemoryDeadLetters<>())) {
            burrow.burrow().reconfigure(config -> other.toBuilder());
            return true;
        } catch (ConfigException e) {
            return false;
        }
    }

    private static SteppedBurrow<String, String> stepped(BurrowConfig config) {
        return SteppedBurrow.start(builder(config), new TestClock(), 1);
    }

    private static SteppedBurrow<String, String> stepped(BurrowConfig config, DeadLetterSink<String, String> sink) {
        return SteppedBurrow.start(builder(config).deadLetters(sink), new TestClock(), 1);
    }

    private static BurrowBuilder<String, String> builder(BurrowConfig config) {
        return Burrow.<String, String>builder()
                .source(new InMemoryBroker().createTopic("topic", 1).source("group", List.of("topic")))
                .config(config)
                .handler(message -> {});
    }

    private Object other(RecordComponent setting) {
        Object value = value(setting);
        if (value instanceof Integer number) {
            return number + 1;
        }
        if (value instanceof Long number) {
            return number + 1;
        }
        if (value instanceof Boolean flag) {
            return !flag;
        }
        if (value instanceof Duration time) {
            return time.plusMillis(1);
        }
        if (value instanceof Enum<?>) {
            return Arrays.stream(setting.getType().getEnumConstants())
                    .filter(constant -> constant != value)
                    .findFirst()
                    .orElseThrow();
        }
        Map<Class<?>, Object> others = Map.of(
                String.class, "other",
                RetryPolicy.class, RetryPolicy.never(),
                BackoffStrategy.class, BackoffStrategy.fixed(Duration.ZERO),
                ConcurrencyLimit.class, ConcurrencyLimit.gradient());
        return Objects.requireNonNull(others.get(setting.getType()), setting.getName());
    }

    private Object value(RecordComponent setting) {
        try {
            return setting.getAccessor().invoke(defaults);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private BurrowConfig with(RecordComponent changed, @Nullable Object value) {
        try {
            Constructor<BurrowConfig> constructor = BurrowConfig.class.getConstructor(
                    settings().stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(settings().stream()
                    .map(each -> each.getName().equals(changed.getName()) ? value : value(each))
                    .toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigException wrong) {
                throw wrong;
            }
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
