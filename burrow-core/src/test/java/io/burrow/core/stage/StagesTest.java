package io.burrow.core.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowException;
import io.burrow.api.Headers;
import io.burrow.api.Message;
import io.burrow.api.RecordOutcome;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.Stage;
import io.burrow.core.testing.SteppedBurrow;
import io.burrow.core.testing.TestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Filter, map, tap and when; and what holds for every stage. */
class StagesTest extends StageRig {
    private final List<@Nullable String> seen = new ArrayList<>();

    @Test
    void filter_whatDoesNotMatch_countsAsHandled() {
        SteppedBurrow<String, String> burrow =
                start(stages(Stages.filter(m -> !"no".equals(m.value()))), m -> seen.add(m.value()));
        produce("a", "no", "b", "no");
        burrow.settle().advance(seconds(5));
        assertThat(seen).containsExactlyInAnyOrder("a", "b");
        assertThat(outcomes.values()).hasSize(4).containsOnly(RecordOutcome.PROCESSED);
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void map_givesTheHandlerTheOther_andTheRecordStaysItsOwn() {
        Stage<String, String> shout = Stages.map(m -> TestMessage.<String, String>builder(m.key(), m.value() + "!")
                .at(m.topic(), m.partition(), m.offset())
                .build());
        SteppedBurrow<String, String> burrow = start(stages(shout), m -> seen.add(m.value()));
        produce("a", "b");
        burrow.settle().advance(seconds(5));
        assertThat(seen).containsExactlyInAnyOrder("a!", "b!");
        assertThat(broker.lag("g")).isZero();
    }

    @Test
    void map_thatReturnsNull_failsTheAttempt_andNamesTheStage() {
        SteppedBurrow<String, String> burrow =
                start(stages(Stages.map(m -> m.attempt() == 1 ? null : m)), m -> seen.add(m.value()));
        produce("a");
        burrow.settle();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause())
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("stage map: the function returned null");
        burrow.advance(seconds(1));
        assertThat(seen).containsExactly("a");
    }

    @Test
    void mapValue_changesTheValueAlone() throws Exception {
        TestMessage<String, String> message = TestMessage.<String, String>builder("k", "secret")
                .at("topic", 3, 17)
                .timestamp(99)
                .attempt(2)
                .headers(Headers.empty())
                .build();
        List<Message<String, String>> handled = new ArrayList<>();
        Stages.<String, String>mapValue(v -> v + "!").wrap(keep(handled)).handle(message);
        Message<String, String> changed = handled.get(0);
        assertThat(changed.value()).isEqualTo("secret!");
        assertThat(changed.key()).isEqualTo("k");
        assertThat(changed.topicPartition()).isEqualTo(new TopicPartition("topic", 3));
        assertThat(changed.topic()).isEqualTo("topic");
        assertThat(changed.partition()).isEqualTo(3);
        assertThat(changed.offset()).isEqualTo(17);
        assertThat(changed.timestamp()).isEqualTo(99);
        assertThat(changed.attempt()).isEqualTo(2);
        assertThat(changed.headers()).isSameAs(message.headers());
        assertThat(changed.withAttempt(3).value()).isEqualTo("secret!");
        assertThat(changed).hasToString("topic-3@17 attempt 2");
    }

    @Test
    void mapValue_mayGiveAndTakeNull() throws Exception {
        List<Message<String, String>> handled = new ArrayList<>();
        AsyncMessageHandler<String, String> handler = Stages.<String, String>mapValue(
                        v -> v == null ? "was null" : null)
                .wrap(keep(handled));
        handler.handle(TestMessage.of("k", null));
        handler.handle(TestMessage.of("k", "v"));
        assertThat(handled).extracting(Message::value).containsExactly("was null", null);
    }

    @Test
    void tap_seesEachAttempt_beforeTheHandler() {
        SteppedBurrow<String, String> burrow =
                start(stages(Stages.tap(m -> seen.add("tap " + m.value() + m.attempt()))), m -> {
                    seen.add("handler " + m.value() + m.attempt());
                    if (m.attempt() == 1) {
                        throw new IllegalStateException("first");
                    }
                });
        produce("a");
        burrow.settle().advance(seconds(1));
        assertThat(seen).containsExactly("tap a1", "handler a1", "tap a2", "handler a2");
    }

    @Test
    void when_putsTheStageAroundSomeOnly() {
        SteppedBurrow<String, String> burrow = start(
                stages(Stages.when(m -> m.value().startsWith("x"), Stages.mapValue(v -> v + "!"))),
                m -> seen.add(m.value()));
        produce("a", "x", "b", "xx");
        burrow.settle();
        assertThat(seen).containsExactlyInAnyOrder("a", "x!", "b", "xx!");
    }

    @Test
    void when_withAStageThatWrapsIntoNull_isRefusedAtTheStart() {
        Stage<String, String> broken = next -> null;
        assertThatThrownBy(() ->
                        stages(Stages.when(m -> true, broken)).handler(m -> {}).build())
                .isInstanceOf(BurrowException.class)
                .hasMessageContaining("stage when");
    }

    @Test
    void stages_firstIsOutermost() {
        SteppedBurrow<String, String> burrow = start(
                stages(
                        Stages.tap(m -> seen.add("first " + m.value())),
                        Stages.filter(m -> !"no".equals(m.value())),
                        Stages.mapValue(v -> v + "!"),
                        Stages.tap(m -> seen.add("last " + m.value()))),
                m -> {});
        produce("a");
        burrow.settle();
        produce("no");
        burrow.settle();
        assertThat(seen).containsExactly("first a", "last a!", "first no");
    }

    static Stream<Arguments> stagesWithAFunctionThatThrows() {
        return Stream.of(
                Arguments.of("filter", Stages.<String, String>filter(m -> fail(m.attempt()))),
                Arguments.of("map", Stages.<String, String>map(m -> fail(m.attempt()) ? m : m)),
                Arguments.of("tap", Stages.<String, String>tap(m -> fail(m.attempt()))),
                Arguments.of("when", Stages.<String, String>when(m -> fail(m.attempt()), next -> next)),
                Arguments.of(
                        "deduplicate",
                        Stages.<String, String>deduplicate(m -> fail(m.attempt()), Duration.ofSeconds(9), 9)));
    }

    private static boolean fail(int attempt) {
        if (attempt == 1) {
            throw new IllegalStateException("function");
        }
        return true;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stagesWithAFunctionThatThrows")
    void functionThatThrows_failsTheAttempt_likeAHandler(String name, Stage<String, String> stage) {
        SteppedBurrow<String, String> burrow = start(stages(stage), m -> {});
        produce("a");
        burrow.settle();
        assertThat(started).isEmpty();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause()).isInstanceOf(IllegalStateException.class);
        burrow.advance(seconds(1));
        assertThat(started).containsExactly(0L);
        assertThat(outcomes).containsEntry(0L, RecordOutcome.PROCESSED);
    }

    static Stream<Arguments> everyStage() {
        return Stream.of(
                Arguments.of("filter", Stages.<String, String>filter(m -> true)),
                Arguments.of("map", Stages.<String, String>map(m -> m)),
                Arguments.of("mapValue", Stages.<String, String>mapValue(v -> v)),
                Arguments.of("tap", Stages.<String, String>tap(m -> {})),
                Arguments.of("when", Stages.<String, String>when(m -> true, Stages.tap(m -> {}))),
                Arguments.of("timeLimit", Stages.<String, String>timeLimit(Duration.ofMinutes(1))),
                Arguments.of("rateLimit", Stages.<String, String>rateLimit(1_000, Duration.ofSeconds(1))),
                Arguments.of(
                        "deduplicate", Stages.<String, String>deduplicate(Message::key, Duration.ofMinutes(1), 100)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyStage")
    void everyStage_withAHandlerThatIsDone_returnsTheOneDoneStage(String name, Stage<String, String> stage)
            throws Exception {
        AsyncMessageHandler<String, String> handler = stage.wrap(m -> AsyncMessageHandler.done());
        assertThat((Object) handler.handle(TestMessage.of("k", "v"))).isSameAs(AsyncMessageHandler.done());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyStage")
    void everyStage_passesOnWhatTheHandlersStageComesTo(String name, Stage<String, String> stage) throws Exception {
        CompletableFuture<Object> good = new CompletableFuture<>();
        CompletableFuture<Object> bad = new CompletableFuture<>();
        AsyncMessageHandler<String, String> handler = stage.wrap(m -> "good".equals(m.key()) ? good : bad);
        CompletableFuture<?> first = handler.handle(TestMessage.of("good", "v")).toCompletableFuture();
        CompletableFuture<?> second = handler.handle(TestMessage.of("bad", "v")).toCompletableFuture();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        good.complete("x");
        bad.completeExceptionally(new IllegalStateException("bad"));
        assertThat(first).isCompleted();
        assertThat(second).isCompletedExceptionally();
        assertThatThrownBy(second::join).hasRootCauseMessage("bad");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyStage")
    void everyStage_passesOnAHandlersNull_whichFailsTheAttempt(String name, Stage<String, String> stage) {
        SteppedBurrow<String, String> burrow = SteppedBurrow.start(
                stages(stage).asyncHandler(m -> m.attempt() == 1 ? null : AsyncMessageHandler.done()), clock, 1);
        produce("a");
        burrow.settle();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).cause()).hasMessageContaining("returned null instead of a stage");
        burrow.advance(seconds(1));
        assertThat(outcomes).containsEntry(0L, RecordOutcome.PROCESSED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyStage")
    void everyStage_wrapsNoNull(String name, Stage<String, String> stage) {
        assertThatNullPointerException().isThrownBy(() -> stage.wrap(null)).withMessage("next");
    }

    @Test
    void wrongArguments_areRefused_withNameRuleAndValue() {
        assertThatThrownBy(() -> Stages.timeLimit(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must be positive: PT0S");
        assertThatThrownBy(() -> Stages.timeLimit(Duration.ofDays(366)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must be at most 365 days: PT8784H");
        assertThatThrownBy(() -> Stages.timeLimit(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("limit");
        assertThatThrownBy(() -> Stages.rateLimit(0, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("permits must be positive: 0");
        assertThatThrownBy(() -> Stages.rateLimit(1, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("per must be positive: PT-1S");
        assertThatThrownBy(() -> Stages.deduplicate(m -> 1, Duration.ZERO, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window must be positive: PT0S");
        assertThatThrownBy(() -> Stages.deduplicate(m -> 1, Duration.ofSeconds(1), -5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxEntries must be positive: -5");
        assertThatNullPointerException()
                .isThrownBy(() -> Stages.deduplicate(null, Duration.ofSeconds(1), 5))
                .withMessage("identity");
        assertThatNullPointerException().isThrownBy(() -> Stages.filter(null)).withMessage("wanted");
        assertThatNullPointerException().isThrownBy(() -> Stages.map(null)).withMessage("change");
        assertThatNullPointerException().isThrownBy(() -> Stages.mapValue(null)).withMessage("change");
        assertThatNullPointerException().isThrownBy(() -> Stages.tap(null)).withMessage("look");
        assertThatNullPointerException()
                .isThrownBy(() -> Stages.when(null, next -> next))
                .withMessage("which");
        assertThatNullPointerException()
                .isThrownBy(() -> Stages.when(m -> true, null))
                .withMessage("stage");
    }

    private static AsyncMessageHandler<String, String> keep(List<Message<String, String>> handled) {
        return message -> {
            handled.add(message);
            return AsyncMessageHandler.done();
        };
    }
}
