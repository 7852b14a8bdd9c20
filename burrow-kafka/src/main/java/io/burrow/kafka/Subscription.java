package io.burrow.kafka;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.jspecify.annotations.Nullable;

/**
 * What a source subscribes to: named topics, or those that match a pattern.
 *
 * @param topics the names, empty if there is a pattern
 * @param pattern the pattern, or null
 */
record Subscription(List<String> topics, @Nullable Pattern pattern) {
    Subscription {
        topics = List.copyOf(topics);
    }

    static Subscription to(Collection<String> topics) {
        return new Subscription(List.copyOf(new TreeSet<>(topics)), null);
    }

    static Subscription to(Pattern pattern) {
        return new Subscription(List.of(), pattern);
    }

    void subscribe(Consumer<?, ?> consumer, ConsumerRebalanceListener listener) {
        if (pattern != null) {
            consumer.subscribe(pattern, listener);
        } else {
            consumer.subscribe(topics, listener);
        }
    }

    /** The topics among those that exist. */
    Set<String> matching(Set<String> existing) {
        Set<String> matching = new TreeSet<>(existing);
        if (pattern != null) {
            matching.removeIf(topic -> !pattern.matcher(topic).matches());
        } else {
            matching.retainAll(topics);
        }
        return matching;
    }

    @Override
    public String toString() {
        return pattern != null ? "pattern " + pattern : topics.toString();
    }
}
