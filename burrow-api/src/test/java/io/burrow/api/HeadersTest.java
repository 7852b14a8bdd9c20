package io.burrow.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private static Header header(String name, String value) {
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private final Header first = header("trace", "one");
    private final Header other = header("tenant", "two");
    private final Header second = header("trace", "three");

    @Test
    void of_keepsOrderAndRepetitions() {
        assertThat(Headers.of(first, other, second)).containsExactly(first, other, second);
        assertThat(Headers.of(List.of(second, first, second))).containsExactly(second, first, second);
    }

    @Test
    void of_nothing_isTheEmptyInstance() {
        assertThat(Headers.of()).isSameAs(Headers.empty());
        assertThat(Headers.of(List.of())).isSameAs(Headers.empty());
        assertThat(Headers.empty()).isEmpty();
    }

    @Test
    void of_copies() {
        Header[] array = {first, other};
        List<Header> list = new ArrayList<>(List.of(first, other));
        Headers ofArray = Headers.of(array);
        Headers ofList = Headers.of(list);

        array[0] = second;
        list.clear();

        assertThat(ofArray).containsExactly(first, other);
        assertThat(ofList).containsExactly(first, other);
    }

    @Test
    void iterator_cannotRemove() {
        Iterator<Header> iterator = Headers.of(first).iterator();
        iterator.next();
        assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void last_findsTheOneWrittenLast() {
        Headers headers = Headers.of(first, other, second);

        assertThat(headers.last("trace")).isSameAs(second);
        assertThat(headers.last("tenant")).isSameAs(other);
        assertThat(headers.last("TRACE")).as("case-sensitive").isNull();
        assertThat(headers.last("none")).isNull();
        assertThat(Headers.empty().last("trace")).isNull();
    }

    @Test
    void header_allowsEmptyNameAndNullValue_butNoNullName() {
        assertThat(new Header("", null).value()).isNull();
        assertThatThrownBy(() -> new Header(null, new byte[0]))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
    }

    @Test
    void header_equals_isNameAndTheSameArray() {
        byte[] value = {1, 2};
        assertThat(new Header("a", value))
                .isEqualTo(new Header("a", value))
                .hasSameHashCodeAs(new Header("a", value))
                .isNotEqualTo(new Header("a", value.clone()))
                .isNotEqualTo(new Header("b", value));
    }

    @Test
    void toString_showsNameAndLength_neverTheValue() {
        assertThat(header("trace", "canary")).hasToString("trace[6 bytes]");
        assertThat(new Header("trace", null)).hasToString("trace[null]");
        assertThat(Headers.of(header("trace", "canary"), header("x", "canary")))
                .hasToString("[trace[6 bytes], x[6 bytes]]");
    }
}
