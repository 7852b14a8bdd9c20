package io.burrow.kafka;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A read-only view of a record's headers. */
final class KafkaHeaders implements Headers {
    private final org.apache.kafka.common.header.Headers headers;

    private KafkaHeaders(org.apache.kafka.common.header.Headers headers) {
        this.headers = headers;
    }

    static Headers of(org.apache.kafka.common.header.Headers headers) {
        return headers.iterator().hasNext() ? new KafkaHeaders(headers) : Headers.empty();
    }

    @Override
    public Iterator<Header> iterator() {
        Iterator<org.apache.kafka.common.header.Header> each = headers.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Header next() {
                return view(each.next());
            }
        };
    }

    @Override
    public @Nullable Header last(String name) {
        org.apache.kafka.common.header.Header header = headers.lastHeader(name);
        return header == null ? null : view(header);
    }

    private static Header view(org.apache.kafka.common.header.Header header) {
        return new Header(header.key(), header.value());
    }

    /** Returns names and lengths, never values. */
    @Override
    public String toString() {
        List<Header> all = new ArrayList<>();
        forEach(all::add);
        return all.toString();
    }
}
