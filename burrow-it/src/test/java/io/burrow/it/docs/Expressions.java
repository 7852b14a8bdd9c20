package io.burrow.it.docs;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metrics an expression of PromQL names: what is left when all else that has a name is taken out. */
final class Expressions {
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    private Expressions() {}

    static Set<String> metrics(String expression) {
        String left = expression
                .replaceAll("\\{[^}]*}", " ") // labels
                .replaceAll("\\[[^]]*]", " ") // ranges
                .replaceAll("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)", " ")
                .replaceAll("[a-zA-Z_]+\\s*\\(", "(") // functions
                .replaceAll("\\b(sum|max|min|avg|count)\\b", " "); // what groups before its argument
        Set<String> metrics = new TreeSet<>();
        Matcher names = NAME.matcher(left);
        while (names.find()) {
            if (!KEYWORDS.contains(names.group())) {
                metrics.add(names.group());
            }
        }
        return metrics;
    }
}
