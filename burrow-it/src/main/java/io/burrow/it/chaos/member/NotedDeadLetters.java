package io.burrow.it.chaos.member;

import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.HistoryWriter;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Writes down that a dead letter is stored, before Burrow hears of it. */
final class NotedDeadLetters implements DeadLetterSink<String, String> {

    private final DeadLetterSink<String, String> sink;
    private final HistoryWriter history;

    NotedDeadLetters(DeadLetterSink<String, String> sink, HistoryWriter history) {
        this.sink = sink;
        this.history = history;
    }

    @Override
    public void open() {
        sink.open();
    }

    @Override
    public CompletionStage<?> send(DeadLetter<String, String> letter) throws Exception {
        return sink.send(letter).thenRun(() -> {
            history.write(new Event.DeadLettered(
                    HistoryWriter.now(),
                    letter.failure().partition().partition(),
                    letter.failure().offset()));
        });
    }

    @Override
    public void close(Duration timeout) {
        sink.close(timeout);
    }
}
