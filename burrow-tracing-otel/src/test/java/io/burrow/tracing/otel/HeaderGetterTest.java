package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.TestMessage.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import org.junit.jupiter.api.Test;

class HeaderGetterTest {
    private final Headers headers = Headers.of(
            header("baggage", "a=1"),
            new Header("baggage", null),
            header("baggage", "x".repeat(8_193)),
            header("other", "y"),
            header("baggage", "b=2"));

    @Test
    void get_readsTheOneWrittenLast() {
        assertThat(HeaderGetter.INSTANCE.get(headers, "baggage")).isEqualTo("b=2");
        assertThat(HeaderGetter.INSTANCE.get(headers, "none")).isNull();
        assertThat(HeaderGetter.INSTANCE.get(null, "baggage")).isNull();
    }

    @Test
    void get_nullOrTooLong_isNotRead() {
        assertThat(HeaderGetter.INSTANCE.get(Headers.of(new Header("h", null)), "h"))
                .isNull();
        assertThat(HeaderGetter.INSTANCE.get(Headers.of(header("h", "x".repeat(8_193))), "h"))
                .isNull();
        assertThat(HeaderGetter.INSTANCE.get(Headers.of(header("h", "x".repeat(8_192))), "h"))
                .hasSize(8_192);
    }

    @Test
    void getAll_readsWhatCanBeRead_inOrder() {
        assertThat(HeaderGetter.INSTANCE.getAll(headers, "baggage"))
                .toIterable()
                .containsExactly("a=1", "b=2");
        assertThat(HeaderGetter.INSTANCE.getAll(null, "baggage")).isExhausted();
    }
}
