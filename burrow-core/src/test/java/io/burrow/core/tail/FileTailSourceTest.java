package io.burrow.core.tail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.burrow.api.Message;
import io.burrow.api.Ordering;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BackoffStrategy;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.MessageSource;
import io.burrow.core.Burrow;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.Wait;
import io.burrow.core.snapshot.SnapshotCodec;
import io.burrow.core.testing.MessageSourceContract;
import io.burrow.core.testing.MessageSourceContract.Capability;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Burrow over files, by a source that was written from the public SPIs alone: the core knows no transport. */
class FileTailSourceTest {
    private static final TopicPartition P0 = new TopicPartition("lines", 0);

    @TempDir
    Path root;

    private Path directory;
    private Path offsets;
    private final TestClock clock = new TestClock();
    private final Map<String, CompletableFuture<Void>> stages = new HashMap<>();

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(root.resolve("lines"));
        offsets = root.resolve("reader.offsets");
    }

    // ---- the contract

    @TestFactory
    Stream<DynamicTest> fileTailSource_keepsTheContract() {
        return MessageSourceContract.cases(new FileHarness(root)).stream()
                .map(each -> dynamicTest(each.name(), each::run));
    }

    /** Files have lines that are no records; nobody shares them, and they have no beginning that could go. */
    @Test
    void contract_isHeldInAllThatAFileCanDo() {
        Set<String> held = names(new FileHarness(root));
        Set<String> everySource = names(new FileHarness(root) {
            @Override
            public Set<Capability> capabilities() {
                return Set.of();
            }
        });
        assertThat(everySource).hasSizeGreaterThan(28);
        assertThat(held).containsAll(everySource);
        held.removeAll(everySource);
        assertThat(held).containsExactlyInAnyOrder("endPosition_passesAHoleAtTheEnd", "records_followAHole");
    }

    private static Set<String> names(MessageSourceContract.Harness harness) {
        Set<String> names = new HashSet<>();
        MessageSourceContract.cases(harness).forEach(each -> names.add(each.name()));
        return names;
    }

    /** It is a source for users: it may need nothing that a user has not. */
    @Test
    void source_needsTheApiAlone() throws IOException {
        Pattern imports = Pattern.compile("^import (?:static )?([\\w.]+);$", Pattern.MULTILINE);
        Pattern ours = Pattern.compile("io\\.burrow\\.(?!core\\.tail;|api\\.)[\\w.]+");
        for (String name : List.of("FileTailSource", "LineRecord", "OffsetFile", "Tail")) {
            String source = Files.readString(Path.of("src/test/java/io/burrow/core/tail", name + ".java"));
            assertThat(imports.matcher(source).results().map(MatchResult::group))
                    .as("imports of %s", name)
                    .allMatch(line -> line.matches("import (static )?(io\\.burrow\\.api|java|org\\.jspecify)\\..*"));
            assertThat(ours.matcher(source).results().map(MatchResult::group))
                    .as("what %s names in full", name)
                    .isEmpty();
        }
    }

    // ---- Burrow over it

    private BurrowBuilder<String, String> burrow() {
        return Burrow.<String, String>builder().source(new FileTailSource(directory, offsets));
    }

    private Path file(int partition) {
        Path file = directory.resolve(partition + ".log");
        if (!Files.exists(file)) {
            write(file, "");
        }
        return file;
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(int partition, String value) {
        FileTailSource.append(file(partition), "key", value);
    }

    private @Nullable CommitPoint committed(TopicPartition partition) {
        return new OffsetFile(offsets, Set.of()).read(partition);
    }

    private boolean isAllCommitted() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                CommitPoint point = committed(new TopicPartition("lines", name.charAt(0) - '0'));
                if (point == null || point.offset() != Files.size(file)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Burrow in steps, whose lines are completed by the test. */
    private SteppedBurrow<String, String> held() {
        return SteppedBurrow.start(
                burrow().config(c -> c.ordering(Ordering.UNORDERED)).asyncHandler(message -> {
                    CompletableFuture<Void> stage = new CompletableFuture<>();
                    stages.put(message.value(), stage);
                    return stage;
                }),
                clock,
                1);
    }

    private void complete(SteppedBurrow<String, String> burrow, String... values) {
        for (String value : values) {
            stages.get(value).complete(null);
        }
        burrow.advance(Duration.ofSeconds(6)); // a commit is due
    }

    @Test
    void thousandsOfLines_eachHandledOnce_inOrderOfTheirKeys_committedToTheEnd() {
        int lines = 3_000;
        Map<String, Integer> last = new ConcurrentHashMap<>();
        Set<String> handled = ConcurrentHashMap.newKeySet();
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger outOfOrder = new AtomicInteger();
        Map<Integer, StringBuilder> texts = new HashMap<>();
        for (int i = 0; i < lines; i++) {
            texts.computeIfAbsent(i % 3, p -> new StringBuilder())
                    .append(new String(LineRecord.line("key-" + i % 41, Integer.toString(i)), UTF_8));
        }
        texts.forEach((partition, text) -> write(file(partition), text.toString()));
        try (Burrow<String, String> burrow = burrow().config(c -> c.ordering(Ordering.KEY)
                        .concurrency(16)
                        .commitInterval(Duration.ofMillis(100))
                        .backoff(BackoffStrategy.fixed(Duration.ofMillis(1))))
                .handler(message -> {
                    int number = Integer.parseInt(message.value());
                    if (number % 50 == 7 && message.attempt() == 1) {
                        throw new IllegalStateException("again");
                    }
                    Integer before = last.put(message.partition() + message.key(), number);
                    if (before != null && before > number) {
                        outOfOrder.incrementAndGet();
                    }
                    handled.add(message.value());
                    calls.incrementAndGet();
                })
                .build()) {
            burrow.start();
            Wait.until("all lines", () -> calls.get() >= lines);
            Wait.until("all committed", this::isAllCommitted);
        }
        assertThat(handled).hasSize(lines);
        assertThat(calls.get()).isEqualTo(lines);
        assertThat(outOfOrder.get()).isZero();
    }

    @Test
    void linesAndFilesThatComeLater_areFollowed_aLineOnceItsEndIsWritten() {
        List<String> handled = new ArrayList<>();
        line(0, "one");
        SteppedBurrow<String, String> burrow =
                SteppedBurrow.start(burrow().handler(message -> handled.add(message.value())), clock, 1);
        burrow.settle();
        write(file(0), "# no record\nkey\ttw");
        burrow.settle();
        assertThat(handled).containsExactly("one");
        write(file(0), "o\n");
        line(1, "elsewhere");
        burrow.settle();
        burrow.settle();
        assertThat(handled).containsExactlyInAnyOrder("one", "two", "elsewhere");
        burrow.close();
        assertThat(isAllCommitted()).isTrue();
    }

    @Test
    void completedOutOfOrder_theCommitPointIsTheFirstLineThatIsNotDone() throws IOException {
        for (String value : List.of("a", "b", "c", "d", "e")) {
            line(0, value);
        }
        long length = Files.size(file(0)) / 5;
        SteppedBurrow<String, String> burrow = held();
        burrow.settle();
        complete(burrow, "e", "c");
        assertThat(committed(P0).offset()).isZero();
        complete(burrow, "a");
        assertThat(committed(P0).offset()).isEqualTo(length);
        complete(burrow, "b");
        assertThat(committed(P0).offset()).isEqualTo(3 * length);
        complete(burrow, "d");
        assertThat(committed(P0).offset()).isEqualTo(5 * length);
        burrow.close();
    }

    @Test
    void afterACrash_onlyWhatWasNotDoneComesAgain_byTheSnapshotInTheFileOfOffsets() {
        for (String value : List.of("a", "b", "c", "d", "e", "f")) {
            line(0, value);
        }
        SteppedBurrow<String, String> first = held();
        first.settle();
        complete(first, "a", "c", "d", "f");
        CommitPoint stored = committed(P0);
        assertThat(SnapshotCodec.decode(P0, stored.offset(), stored.leaderEpoch(), stored.metadata())
                        .finished()
                        .ranges())
                .isEqualTo(3); // byte positions have holes: no two lines are neighbours
        stages.clear();

        SteppedBurrow<String, String> second = held(); // the first is gone without a word
        second.settle();
        assertThat(stages).containsOnlyKeys("b", "e");
        complete(second, "b", "e");
        assertThat(isAllCommitted()).isTrue();
        second.close();
    }

    @Test
    void afterAClose_readingGoesOnWhereItStopped() {
        List<String> handled = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            line(0, "run " + i);
            line(1, "other " + i);
            SteppedBurrow<String, String> burrow =
                    SteppedBurrow.start(burrow().handler(message -> handled.add(message.value())), clock, 1);
            burrow.settle();
            assertThat(burrow.close(Duration.ofSeconds(1)).clean()).isTrue();
        }
        assertThat(handled).containsExactlyInAnyOrder("run 0", "other 0", "run 1", "other 1");
    }

    @Test
    void fileThatWasCutOff_isReadFromItsBeginning() throws IOException {
        List<String> handled = new ArrayList<>();
        line(0, "a long first line");
        SteppedBurrow<String, String> burrow =
                SteppedBurrow.start(burrow().handler(message -> handled.add(message.value())), clock, 1);
        burrow.advance(Duration.ofSeconds(6));
        Files.write(file(0), LineRecord.line("key", "new"));
        burrow.settle();
        burrow.advance(Duration.ofSeconds(6));
        assertThat(handled).containsExactly("a long first line", "new");
        assertThat(committed(P0).offset()).isEqualTo(Files.size(file(0)));
        burrow.close();
    }

    @Test
    void lineThatCannotBeDecoded_isParked_andTheOthersGoOn() {
        List<String> handled = new ArrayList<>();
        line(0, "before");
        write(file(0), "no tab\n");
        line(0, "after");
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                burrow().config(c -> c.ordering(Ordering.UNORDERED))
                        .handler((Message<String, String> message) -> handled.add(message.value())),
                clock,
                1);
        burrow.settle();
        assertThat(handled).containsExactlyInAnyOrder("before", "after");
        assertThat(burrow.burrow().parked())
                .singleElement()
                .satisfies(parked -> assertThat(parked.errorClass()).endsWith("DecodingException"));
        burrow.close();
    }

    /** Directories of one test as topics. */
    private static class FileHarness implements MessageSourceContract.Harness {
        private final Path root;
        private int topics;

        FileHarness(Path root) {
            this.root = root;
        }

        @Override
        public String createTopic(int partitions) throws IOException {
            String topic = "topic" + ++topics;
            Files.createDirectory(root.resolve(topic));
            for (int partition = 0; partition < partitions; partition++) {
                Files.createFile(file(topic, partition));
            }
            return topic;
        }

        private Path file(String topic, int partition) {
            return root.resolve(topic).resolve(partition + ".log");
        }

        @Override
        public long produce(String topic, int partition, @Nullable String key, @Nullable String value)
                throws IOException {
            long offset = Files.size(file(topic, partition));
            FileTailSource.append(file(topic, partition), key, value);
            return offset;
        }

        @Override
        public MessageSource<String, String> source(String group, String topic) {
            return new FileTailSource(root.resolve(topic), root.resolve(group + ".offsets"));
        }

        @Override
        public @Nullable CommitPoint committed(String group, TopicPartition partition) {
            return new OffsetFile(root.resolve(group + ".offsets"), Set.of()).read(partition);
        }

        @Override
        public long leaveHole(String topic, int partition) throws IOException {
            write(file(topic, partition), "# nothing\n");
            return Files.size(file(topic, partition));
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.HOLES);
        }

        @Override
        public Duration pollTimeout() {
            return Duration.ofMillis(5);
        }
    }
}
