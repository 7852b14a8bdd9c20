package io.burrow.kafka;

import io.burrow.api.TerminalException;
import io.burrow.api.spi.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Topics in which records that failed wait for their next attempts, so that nothing of the topic they came from is held
 * by them: a tier for each delay. A record of {@code orders} whose attempts are used up goes to
 * {@code orders-retry-10000}, if ten seconds are the first delay, is handled again when they are over, then goes on to
 * the next tier, and after the last one to the dead letters. The same Burrow reads them all.
 *
 * <pre>{@code
 * RetryTopics retries = RetryTopics.after(Duration.ofSeconds(10), Duration.ofMinutes(5));
 * KafkaSource.builder().topics("orders").retryTopics(retries)...
 * KafkaDeadLetters.builder().retryTopics(retries)...
 * BurrowConfig.builder().ordering(Ordering.UNORDERED).retryPolicy(RetryPolicy.never())...
 * }</pre>
 *
 * <p>How many attempts a record has in each tier is the {@link io.burrow.api.spi.RetryPolicy}'s matter, whose counting
 * begins anew there. A failure that is terminal goes to the dead letters at once. The topics have to exist.
 *
 * <p>A record that went through such a topic is handled after younger ones of its key. A Burrow that keeps order
 * therefore refuses retry topics, unless that is {@linkplain #acceptLossOfOrder accepted}.
 *
 * <p>Names and headers are those of Spring Kafka's {@code @RetryableTopic}: {@code <topic>-retry-<milliseconds>};
 * {@code retry_topic-backoff-timestamp} says when the next attempt is due (milliseconds since 1970, binary, the most
 * significant byte first), {@code retry_topic-attempts} its number (4 bytes), {@code retry_topic-original-timestamp}
 * the timestamp that the record had at first. Where it came from at first is told as for dead letters.
 */
public final class RetryTopics {
    private static final String INFIX = "-retry-";
    private static final int MOST_TIERS = 16;
    private static final Duration LONGEST = Duration.ofDays(7);

    private final List<Duration> delays;
    private final boolean mayLoseOrder;
    /** What a name ends with, and which tier that is. */
    private final Map<String, Integer> tiers = new TreeMap<>();

    private RetryTopics(List<Duration> delays, boolean mayLoseOrder) {
        this.delays = delays;
        this.mayLoseOrder = mayLoseOrder;
        for (int tier = 0; tier < delays.size(); tier++) {
            tiers.put(suffix(tier), tier);
        }
    }

    /**
     * A tier for each delay.
     *
     * @param delays how long a record waits in each tier, in their order: 1 to 16, whole milliseconds, from 1 ms to 7
     *     days, no two alike
     * @return the topics
     * @throws io.burrow.api.ConfigException if a delay breaks its rule
     */
    public static RetryTopics after(Duration... delays) {
        Problems problems = new Problems();
        problems.require(
                delays.length >= 1 && delays.length <= MOST_TIERS,
                "retryTopics",
                "must have 1 to " + MOST_TIERS + " delays",
                delays.length);
        Set<Duration> seen = new TreeSet<>();
        List<Duration> given = new ArrayList<>();
        for (Duration delay : delays) {
            boolean fits = delay != null
                    && delay.toMillis() >= 1
                    && delay.compareTo(LONGEST) <= 0
                    && delay.equals(Duration.ofMillis(delay.toMillis()));
            problems.require(fits, "retryTopics", "must be whole milliseconds, from 1 ms to 7 days", "" + delay);
            if (fits) {
                problems.require(seen.add(delay), "retryTopics", "must all differ", delay);
                given.add(delay);
            }
        }
        problems.throwIfAny();
        return new RetryTopics(List.copyOf(given), false);
    }

    /**
     * The same, in a Burrow that keeps order: records that went through a retry topic come after younger ones of their
     * key or partition, and that is meant.
     *
     * @return other topics; these do not change
     */
    public RetryTopics acceptLossOfOrder() {
        return new RetryTopics(delays, true);
    }

    /**
     * The topics that must exist for a topic.
     *
     * @param topic the topic that is read
     * @return the names, in the order of the tiers
     */
    public List<String> namesFor(String topic) {
        List<String> names = new ArrayList<>();
        for (int tier = 0; tier < delays.size(); tier++) {
            names.add(topic + suffix(tier));
        }
        return names;
    }

    private String suffix(int tier) {
        return INFIX + delays.get(tier).toMillis();
    }

    boolean losesOrder() {
        return !mayLoseOrder;
    }

    /** The tier that a topic is, or -1 if it is none. */
    int tier(String topic) {
        int at = topic.lastIndexOf(INFIX);
        return at <= 0 ? -1 : tiers.getOrDefault(topic.substring(at), -1);
    }

    /** The topic that records of a topic came from at first. */
    String base(String topic) {
        return tier(topic) < 0 ? topic : topic.substring(0, topic.lastIndexOf(INFIX));
    }

    /** How long records of a tier wait. */
    Duration delay(int tier) {
        return delays.get(tier);
    }

    /** The tier that a record with this failure goes to, or -1 if it is a dead letter. */
    int next(Failure failure) {
        int next = tier(failure.partition().topic()) + 1;
        return failure.cause() instanceof TerminalException || next >= delays.size() ? -1 : next;
    }

    /** The name of a tier for what came from a topic at first. */
    String name(String base, int tier) {
        return base + suffix(tier);
    }

    /** All topics to read. */
    List<String> with(Collection<String> topics) {
        Set<String> all = new TreeSet<>(topics);
        topics.forEach(topic -> all.addAll(namesFor(topic)));
        return List.copyOf(all);
    }

    /** All topics to read, where a pattern names them. */
    Pattern with(Pattern pattern) {
        String suffixes = String.join("|", tiers.keySet()); // of letters, digits and hyphens: nothing to quote
        return Pattern.compile("(?:" + pattern.pattern() + ")(?:" + suffixes + ")?", pattern.flags());
    }
}
