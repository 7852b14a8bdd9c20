package io.burrow.tracing.otel;

import static io.burrow.tracing.otel.Messages.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.Header;
import io.burrow.api.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"a=1\r\nb: 2", "a=\u0000", "a=\u001b[2J", "a=\u007f", "a=\u00e4", "a=\u0660"})
    void get_controlCharactersAndWhatIsNotAscii_areNotRead(String value) {
        Headers hostile = Headers.of(header("h", value));
        assertThat(HeaderGetter.INSTANCE.get(hostile, "h")).isNull();
        assertThat(HeaderGetter.INSTANCE.getAll(hostile, "h")).isExhausted();
    }

    @Test
    void get_bytesThatAreNoText_areNotRead() {
        assertThat(HeaderGetter.INSTANCE.get(Headers.of(new Header("h", new byte[] {'a', (byte) 0xC3})), "h"))
                .isNull();
    }

    @Test
    void getAll_ofManyHeaders_readsNoMoreThanOneMayHold() {
        Headers many = Headers.of(IntStream.range(0, 100_000)
                .mapToObj(i -> header("baggage", "k" + i + "=" + "x".repeat(100)))
                .toList());
        Headers tiny = Headers.of(
                IntStream.range(0, 100_000).mapToObj(i -> header("baggage", "")).toList());

        List<String> read = new ArrayList<>();
        HeaderGetter.INSTANCE.getAll(many, "baggage").forEachRemaining(read::add);
        assertThat(read).isNotEmpty().hasSizeLessThanOrEqualTo(64);
        assertThat(read.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(8_192);
        assertThat(HeaderGetter.INSTANCE.getAll(tiny, "baggage")).toIterable().hasSize(64);
    }
}
