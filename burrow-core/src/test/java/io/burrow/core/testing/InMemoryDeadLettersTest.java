package io.burrow.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class InMemoryDeadLettersTest {
    private final InMemoryDeadLetters<String, String> sink = new InMemoryDeadLetters<>();

    @Test
    void letter_isAcknowledgedAtOnce() {
        DeadLetter<String, String> letter = letter(0);
        assertThat(send(letter)).isCompleted();
        assertThat(sink.letters()).containsExactly(letter);
    }

    @Test
    void failNext_failsThatMany_andKeepsNone() {
        sink.failNext(2);
        assertThat(send(letter(0))).isCompletedExceptionally();
        assertThat(send(letter(0))).isCompletedExceptionally();
        assertThat(send(letter(0))).isCompleted();
        assertThat(sink.letters()).hasSize(1);
        assertThat(sink.sends()).isEqualTo(3);
    }

    @Test
    void throwNext_throwsBeforeOthersFail() {
        sink.failNext(1);
        sink.throwNext(1);
        assertThatIllegalStateException().isThrownBy(() -> send(letter(0)));
        assertThat(send(letter(0))).isCompletedExceptionally();
        assertThat(send(letter(0))).isCompleted();
    }

    @Test
    void heldLetters_areAcknowledgedByRelease_inOrder() {
        sink.hold();
        DeadLetter<String, String> first = letter(0);
        DeadLetter<String, String> second = letter(1);
        CompletableFuture<?> answer = send(first);
        send(second);
        assertThat(answer).isNotDone();
        assertThat(sink.held()).containsExactly(first, second);
        assertThat(sink.letters()).isEmpty();
        sink.release();
        assertThat(answer).isCompleted();
        assertThat(sink.letters()).containsExactly(first, second);
        assertThat(send(letter(2))).isCompleted();
    }

    @Test
    void heldLetters_mayFail() {
        sink.hold();
        CompletableFuture<?> answer = send(letter(0));
        sink.failHeld();
        assertThat(answer).isCompletedExceptionally();
        assertThat(sink.letters()).isEmpty();
        assertThat(sink.held()).isEmpty();
    }

    @Test
    void stages_mayCallTheSinkBack() {
        sink.hold();
        CompletableFuture<?> again = send(letter(0)).thenCompose(done -> send(letter(1)));
        sink.release();
        assertThat(again).isCompleted();
        assertThat(sink.letters()).hasSize(2);
    }

    @Test
    void life_isSeen() {
        assertThat(sink.isOpened() || sink.isClosed()).isFalse();
        sink.open();
        sink.close(Duration.ZERO);
        assertThat(sink.isOpened() && sink.isClosed()).isTrue();
    }

    @Test
    void negativeCounts_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> sink.failNext(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> sink.throwNext(-1));
    }

    private CompletableFuture<?> send(DeadLetter<String, String> letter) {
        return sink.send(letter).toCompletableFuture();
    }

    private static DeadLetter<String, String> letter(long offset) {
        TestMessage<String, String> message =
                TestMessage.builder("k", "v").at("t", 0, offset).build();
        Failure failure = new Failure(
                new TopicPartition("t", 0), offset, 1, new RuntimeException("x"), Duration.ZERO, Duration.ZERO);
        return new DeadLetter<>(SourceRecord.of(message, 2), failure, Instant.EPOCH);
    }
}
