package io.burrow.api;

import java.util.Iterator;
import java.util.List;

/** The headers that {@link Headers#of} makes. */
final class HeaderList implements Headers {
    static final Headers EMPTY = new HeaderList(List.of());

    private final List<Header> headers;

    HeaderList(List<Header> headers) {
        this.headers = List.copyOf(headers);
    }

    @Override
    public Iterator<Header> iterator() {
        return headers.iterator();
    }

    @Override
    public String toString() {
        return headers.toString();
    }
}
