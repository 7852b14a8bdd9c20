package io.burrow.core.testing;

import io.burrow.api.ConfigException;
import io.burrow.api.ConfigProblem;
import io.burrow.api.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an {@link InMemorySource}. Immutable.
 *
 * @param member the name of the member, which no other live member of any group of the broker may have; null for one
 *     that the broker makes up: {@code group-1}, {@code group-2} and so on
 * @param maxPollRecords how many records one poll hands over at most, positive
 * @param maxPollInterval what the source says of itself; positive. The broker has no clock and never acts on it: see
 *     {@link BrokerFaults#expire}
 * @param resetPolicy where reading begins when nothing is committed
 * @param sizer gives the size of a record in bytes, not negative; called on the loop thread; null for the length of
 *     texts and arrays and a few bytes for all else
 */
public record SourceOptions(
        @Nullable String member,
        int maxPollRecords,
        Duration maxPollInterval,
        ResetPolicy resetPolicy,
        @Nullable ToIntFunction<? super Message<?, ?>> sizer) {
    /**
     * Makes the settings.
     *
     * @param member the name of the member, or null for one that the broker makes up
     * @param maxPollRecords how many records one poll hands over at most, positive
     * @param maxPollInterval what the source says of itself; positive
     * @param resetPolicy where reading begins when nothing is committed
     * @param sizer gives the size of a record in bytes, or null for the default
     * @throws ConfigException if any setting breaks its rule; it names all that do
     */
    public SourceOptions {
        List<ConfigProblem> problems = new ArrayList<>();
        if (member != null && member.isBlank()) {
            problems.add(new ConfigProblem("member", "must not be blank", "'" + member + "'"));
        }
        if (maxPollRecords < 1) {
            problems.add(new ConfigProblem("maxPollRecords", "must be positive", String.valueOf(maxPollRecords)));
        }
        if (maxPollInterval == null || maxPollInterval.isNegative() || maxPollInterval.isZero()) {
            problems.add(new ConfigProblem("maxPollInterval", "must be positive", String.valueOf(maxPollInterval)));
        }
        if (resetPolicy == null) {
            problems.add(new ConfigProblem("resetPolicy", "must be set", "null"));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /**
     * A made-up member name, 500 records a poll, a poll interval of 5 minutes, reading from the earliest offset, sizes
     * by length.
     *
     * @return the defaults
     */
    public static SourceOptions defaults() {
        return builder().build();
    }

    /**
     * Starts from {@link #defaults()}.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds settings. For one thread. */
    public static final class Builder {
        private @Nullable String member;
        private int maxPollRecords = 500;
        private Duration maxPollInterval = Duration.ofMinutes(5);
        private ResetPolicy resetPolicy = ResetPolicy.EARLIEST;
        private @Nullable ToIntFunction<? super Message<?, ?>> sizer;

        private Builder() {}

        /**
         * The name of the member.
         *
         * @param member the name, or null for one that the broker makes up
         * @return this
         */
        public Builder member(@Nullable String member) {
            this.member = member;
            return this;
        }

        /**
         * How many records one poll hands over at most.
         *
         * @param maxPollRecords the value, positive
         * @return this
         */
        public Builder maxPollRecords(int maxPollRecords) {
            this.maxPollRecords = maxPollRecords;
            return this;
        }

        /**
         * What the source says its poll interval is.
         *
         * @param maxPollInterval the value, positive
         * @return this
         */
        public Builder maxPollInterval(Duration maxPollInterval) {
            this.maxPollInterval = maxPollInterval;
            return this;
        }

        /**
         * Where reading begins when nothing is committed.
         *
         * @param resetPolicy the value
         * @return this
         */
        public Builder resetPolicy(ResetPolicy resetPolicy) {
            this.resetPolicy = resetPolicy;
            return this;
        }

        /**
         * What a record counts towards bounds of bytes.
         *
         * @param sizer gives a size in bytes, not negative; or null for the default
         * @return this
         */
        public Builder sizer(@Nullable ToIntFunction<? super Message<?, ?>> sizer) {
            this.sizer = sizer;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return the settings
         * @throws ConfigException if any setting breaks its rule; it names all that do
         */
        public SourceOptions build() {
            return new SourceOptions(member, maxPollRecords, maxPollInterval, resetPolicy, sizer);
        }
    }
}
