package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Burrow expects of a {@link MessageSource} and its committer, as cases to run: for whoever writes a source. It
 * needs no test framework; with JUnit Jupiter it is
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> contract() {
 *     return MessageSourceContract.cases(new MyHarness()).stream()
 *             .map(each -> DynamicTest.dynamicTest(each.name(), each::run));
 * }
 * }</pre>
 *
 * <p>Each case uses a topic and a group of its own, runs on the thread that calls it, closes what it opened, and may
 * run in any order and again. What it waits for it awaits by polling, at most {@link Harness#patience()}.
 */
public final class MessageSourceContract {
    private MessageSourceContract() {}

    /**
     * The cases that a source must pass: those that need something the transport cannot do are left out.
     *
     * @param harness the transport
     * @return the cases
     */
    public static List<Case> cases(Harness harness) {
        Objects.requireNonNull(harness, "harness");
        List<NamedCase> all = new ArrayList<>();
        all.addAll(ReadingCases.all());
        all.addAll(SteeringCases.all());
        all.addAll(CommitCases.all());
        all.addAll(GroupCases.all());
        Set<Capability> capabilities = Set.copyOf(harness.capabilities());
        return all.stream()
                .filter(each -> each.needs == null || capabilities.contains(each.needs))
                .map(each -> new Case(each.name, harness, each))
                .toList();
    }

    /** Something that not every transport can do. */
    public enum Capability {
        /** Two open sources of one group share its partitions. */
        GROUPS,
        /** Offsets can be left without records: {@link Harness#leaveHole}. */
        HOLES,
        /** The beginning of a partition can be deleted: {@link Harness#deleteRecordsBefore}. */
        RETENTION
    }

    /**
     * A transport, as the cases use it. Keys and values are texts. Called on the thread that runs a case. What it
     * throws fails the case.
     */
    public interface Harness {
        /**
         * Makes a topic that nobody has used.
         *
         * @param partitions how many partitions it has, positive
         * @return its name
         * @throws Exception if it cannot
         */
        String createTopic(int partitions) throws Exception;

        /**
         * Appends a record and waits until it can be read.
         *
         * @param topic the topic
         * @param partition the partition
         * @param key the key, or null
         * @param value the value, or null
         * @return its offset
         * @throws Exception if it cannot
         */
        long produce(String topic, int partition, @Nullable String key, @Nullable String value) throws Exception;

        /**
         * Makes a source that was not opened. Where nothing is committed it reads from the beginning.
         *
         * @param group the group, or whatever separates one reader's commits from another's
         * @param topic the topic; may be one that does not exist
         * @return the source
         * @throws Exception if it cannot
         */
        MessageSource<String, String> source(String group, String topic) throws Exception;

        /**
         * Reads what is committed, not through a source.
         *
         * @param group the group
         * @param partition the partition
         * @return the point, or null if there is none
         * @throws Exception if it cannot
         */
        @Nullable
        CommitPoint committed(String group, TopicPartition partition) throws Exception;

        /**
         * Passes over at least one offset at the end of a partition without a record. Only called with
         * {@link Capability#HOLES}.
         *
         * @param topic the topic
         * @param partition the partition
         * @return the offset that the next record gets
         * @throws Exception if it cannot
         */
        default long leaveHole(String topic, int partition) throws Exception {
            throw new UnsupportedOperationException("leaveHole");
        }

        /**
         * Deletes the beginning of a partition. Only called with {@link Capability#RETENTION}.
         *
         * @param topic the topic
         * @param partition the partition
         * @param offset the first offset that is kept
         * @throws Exception if it cannot
         */
        default void deleteRecordsBefore(String topic, int partition, long offset) throws Exception {
            throw new UnsupportedOperationException("deleteRecordsBefore");
        }

        /**
         * What the transport can do beyond the rest of this interface.
         *
         * @return nothing by default
         */
        default Set<Capability> capabilities() {
            return Set.of();
        }

        /**
         * How long a case waits for something before it fails.
         *
         * @return a positive duration; 30 seconds by default
         */
        default Duration patience() {
            return Duration.ofSeconds(30);
        }

        /**
         * How long one poll of a case waits. A case that shows that something does not come gives it three such polls.
         *
         * @return a positive duration; 100 milliseconds by default
         */
        default Duration pollTimeout() {
            return Duration.ofMillis(100);
        }
    }

    /** One expectation. */
    public static final class Case {
        private final String name;
        private final Harness harness;
        private final NamedCase body;

        private Case(String name, Harness harness, NamedCase body) {
            this.name = name;
            this.harness = harness;
            this.body = body;
        }

        /**
         * What is expected, as a name.
         *
         * @return the name, no two cases have the same
         */
        public String name() {
            return name;
        }

        /**
         * Runs the case.
         *
         * @throws AssertionError if the source does not do what is expected; its text says what
         * @throws Exception what the harness or the source threw
         */
        public void run() throws Exception {
            try (Scene scene = new Scene(harness, body.partitions)) {
                body.body.run(scene);
            }
        }

        /** Returns the name. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** A case as it is written: with a topic of some partitions, over a scene. */
    record NamedCase(String name, int partitions, @Nullable Capability needs, Body body) {
        static NamedCase of(String name, int partitions, Body body) {
            return new NamedCase(name, partitions, null, body);
        }

        NamedCase needing(Capability capability) {
            return new NamedCase(name, partitions, capability, body);
        }
    }

    /** What a case does. */
    @FunctionalInterface
    interface Body {
        void run(Scene scene) throws Exception;
    }
}
