package io.burrow.core.stage;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.Message;
import io.burrow.core.host.StageHost;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Fails attempts that take too long. Any thread. */
final class TimeLimited<K, V> implements AsyncMessageHandler<K, V> {
    private final StageHost host;
    private final AsyncMessageHandler<K, V> next;
    private final Duration limit;
    private final Deadlines deadlines;

    TimeLimited(StageHost host, AsyncMessageHandler<K, V> next, Duration limit) {
        this.host = host;
        this.next = next;
        this.limit = limit;
        this.deadlines = new Deadlines(host.time(), limit.toNanos());
    }

    /** How many attempts are under the limit now. */
    int running() {
        return deadlines.size();
    }

    @Override
    public CompletionStage<?> handle(Message<K, V> message) throws Exception {
        TimedAttempt attempt = new TimedAttempt(host, limit, deadlines.fromNow());
        deadlines.watch(attempt);
        CompletionStage<?> stage;
        try {
            stage = attempt.call(() -> next.handle(message));
        } catch (Throwable e) {
            deadlines.forget(attempt);
            if (attempt.end() || e instanceof Error) {
                throw e;
            }
            throw attempt.failure(e);
        }
        if (stage == null || stage == AsyncMessageHandler.done()) {
            deadlines.forget(attempt);
            if (!attempt.end()) {
                throw attempt.failure(null);
            }
            return stage;
        }
        try {
            return attempt.await(stage, () -> deadlines.forget(attempt));
        } catch (Throwable e) {
            deadlines.forget(attempt);
            throw e;
        }
    }
}
