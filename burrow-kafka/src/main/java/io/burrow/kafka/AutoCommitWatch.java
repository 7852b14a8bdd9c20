package io.burrow.kafka;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * Notices a consumer that commits by itself. A consumer that somebody else made does not tell its settings, but it
 * counts the commits it was answered: one that was not Burrow's is its own. Loop thread only.
 *
 * <p>This finds it out after the first such commit, not before: properties given to the builder are checked earlier and
 * better. After a commit of Burrow whose outcome is not known nothing is concluded for a while, since a late answer to
 * it would look the same.
 */
final class AutoCommitWatch {
    static final long QUIET_NANOS = Duration.ofMinutes(2).toNanos();

    private final @Nullable Metric commits;
    private final LongSupplier nanoClock;
    private double seen;
    private boolean ownSinceSeen;
    private long quietUntilNanos;

    AutoCommitWatch(Consumer<?, ?> consumer, LongSupplier nanoClock) {
        this.commits = find(consumer.metrics());
        this.nanoClock = nanoClock;
        this.seen = count();
        this.quietUntilNanos = nanoClock.getAsLong();
    }

    private static @Nullable Metric find(Map<MetricName, ? extends Metric> metrics) {
        for (Map.Entry<MetricName, ? extends Metric> entry : metrics.entrySet()) {
            MetricName name = entry.getKey();
            if (name.name().equals("commit-total") && name.group().equals("consumer-coordinator-metrics")) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** Burrow sent a commit, or is about to. */
    void committing() {
        ownSinceSeen = true;
    }

    /** An answer to a commit of Burrow may still come, or there were several. */
    void outcomeUnknown() {
        ownSinceSeen = true;
        quietUntilNanos = nanoClock.getAsLong() + QUIET_NANOS;
    }

    /**
     * Called between two commits of Burrow, with none under way.
     *
     * @throws BurrowException if there was a commit that was not Burrow's
     */
    void check() {
        if (commits == null) {
            return;
        }
        double now = count();
        boolean foreign = now > seen && !ownSinceSeen && nanoClock.getAsLong() - quietUntilNanos >= 0;
        seen = now;
        ownSinceSeen = false;
        if (foreign) {
            throw new BurrowException(
                    ErrorCode.AUTO_COMMIT_ON,
                    "the consumer committed offsets that Burrow did not ask it to: enable.auto.commit is on, or it is used by"
                            + " others too");
        }
    }

    private double count() {
        return commits != null && commits.metricValue() instanceof Number number ? number.doubleValue() : 0;
    }
}
