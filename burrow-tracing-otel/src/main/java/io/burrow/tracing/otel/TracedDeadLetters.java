package io.burrow.tracing.otel;

import io.burrow.api.spi.DeadLetter;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A sink that is called in the context in which the record was sent. */
final class TracedDeadLetters<K, V> implements DeadLetterSink<K, V> {
    private final SenderContexts senders;
    private final DeadLetterSink<K, V> sink;

    TracedDeadLetters(SenderContexts senders, DeadLetterSink<K, V> sink) {
        this.senders = senders;
        this.sink = sink;
    }

    @Override
    public CompletionStage<?> send(DeadLetter<K, V> letter) throws Exception {
        Scope scope = Scopes.enter(senders.on(Context.root(), letter.record()));
        try {
            return sink.send(letter);
        } finally {
            Scopes.leave(scope);
        }
    }

    @Override
    public boolean isRetried(Failure failure) {
        return sink.isRetried(failure);
    }

    @Override
    public boolean losesOrder() {
        return sink.losesOrder();
    }

    @Override
    public void open() {
        sink.open();
    }

    @Override
    public void close(Duration timeout) {
        sink.close(timeout);
    }
}
