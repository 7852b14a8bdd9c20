package io.burrow.kafka;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A message's headers that know which attempt at which record they belong to. Headers are what every message that wraps
 * another one hands on; topic, partition and offset would not do: a former assignment had the same.
 */
final class LinkedHeaders implements Headers {
    private final Headers headers;
    private final TransactionalRecord<?, ?> origin;
    private final int attempt;

    LinkedHeaders(Headers headers, TransactionalRecord<?, ?> origin, int attempt) {
        this.headers = headers;
        this.origin = origin;
        this.attempt = attempt;
    }

    TransactionalRecord<?, ?> origin() {
        return origin;
    }

    int attempt() {
        return attempt;
    }

    @Override
    public Iterator<Header> iterator() {
        return headers.iterator();
    }

    @Override
    public @Nullable Header last(String name) {
        return headers.last(name);
    }

    /** Returns names and lengths, never values. */
    @Override
    public String toString() {
        return headers.toString();
    }
}
