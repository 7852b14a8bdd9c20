package io.burrow.api;

/**
 * A setting that breaks a rule.
 *
 * @param setting the name of the setting
 * @param rule the rule it breaks, as a predicate: {@code must be positive}
 * @param value the value it has, as text
 */
public record ConfigProblem(String setting, String rule, String value) {
    /** Returns setting, rule and value, such as {@code commitInterval must be positive: PT0S}. */
    @Override
    public String toString() {
        return setting + " " + rule + ": " + value;
    }
}
