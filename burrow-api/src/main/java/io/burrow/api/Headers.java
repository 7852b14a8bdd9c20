package io.burrow.api;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a message, in the order in which they were written; a name may occur more than once. Read-only. Safe
 * to read from any thread.
 */
public interface Headers extends Iterable<Header> {
    /**
     * Finds the header of a name that was written last.
     *
     * @param name the name, case-sensitive
     * @return the header, or null if there is none
     */
    default @Nullable Header last(String name) {
        Header found = null;
        for (Header header : this) {
            if (header.name().equals(name)) {
                found = header;
            }
        }
        return found;
    }

    /**
     * Returns no headers.
     *
     * @return the one empty instance
     */
    static Headers empty() {
        return HeaderList.EMPTY;
    }

    /**
     * Returns the given headers, in their order.
     *
     * @param headers the headers; copied
     * @return the headers
     */
    static Headers of(Header... headers) {
        return headers.length == 0 ? empty() : new HeaderList(Arrays.asList(headers));
    }

    /**
     * Returns the given headers, in their order.
     *
     * @param headers the headers; copied
     * @return the headers
     */
    static Headers of(Collection<Header> headers) {
        return headers.isEmpty() ? empty() : new HeaderList(List.copyOf(headers));
    }
}
