package io.burrow.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What consumer and producers have in common in their properties: how they are copied, and rules that they must keep. A
 * value is told only where it cannot be a secret.
 */
final class ClientProperties {
    private ClientProperties() {}

    static Map<String, Object> copy(Map<String, ?> properties) {
        return new HashMap<>(properties);
    }

    /** Takes the defaults along, which a {@code Properties} does not show as a map. */
    static Map<String, Object> copy(Properties properties) {
        Map<String, Object> copy = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> copy.put(name, properties.getProperty(name)));
        properties.forEach((name, value) -> copy.put(String.valueOf(name), value));
        return copy;
    }

    /** What has to be there. */
    static void requireText(Map<String, Object> all, String name, String rule, Problems problems) {
        @Nullable Object value = all.get(name);
        if (value == null || String.valueOf(value).isBlank()) {
            problems.add(name, rule, value == null ? "none" : "blank");
        }
    }

    /** What has one value; it may be there in one of its forms, and is set to the first of them if it is not. */
    static void fixed(Map<String, Object> all, String name, String rule, Problems problems, String... allowed) {
        @Nullable Object value = all.putIfAbsent(name, allowed[0]);
        if (value == null) {
            return;
        }
        String text = String.valueOf(value).trim();
        for (String one : allowed) {
            if (one.equalsIgnoreCase(text)) {
                return;
            }
        }
        boolean harmless = text.matches("true|false|-?[0-9]");
        problems.add(name, rule, harmless ? text : Problems.describe(value));
    }

    /** The client is to pass bytes on: its own (de)serialiser for keys or values is that of bytes, or left out. */
    static void bytes(Map<String, Object> all, String name, Class<?> ofBytes, String rule, Problems problems) {
        @Nullable Object value = all.put(name, ofBytes);
        boolean same = value == null
                || value instanceof Class<?> type && ofBytes.isAssignableFrom(type)
                || ofBytes.isInstance(value)
                || String.valueOf(value).equals(ofBytes.getName());
        if (!same) {
            problems.add(name, rule, Problems.describe(value));
        }
    }

    /** A number, or {@code otherwise} if there is none; -1 for what is no number. */
    static long number(@Nullable Object value, long otherwise) {
        if (value == null) {
            return otherwise;
        }
        try {
            return Long.parseLong(String.valueOf(value).trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
