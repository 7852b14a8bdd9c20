package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against another's reader. */
class JsonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void commas_standBetween_andNowhereElse() {
        Json json = new Json().object();
        json.name("none").array().endArray();
        json.name("some").array().value("a").value(null).object().endObject();
        json.object().field("n", 1).field("b", true).endObject().endArray();
        json.field("last", Long.MIN_VALUE).endObject();

        assertThat(json)
                .hasToString(
                        "{\"none\":[],\"some\":[\"a\",null,{},{\"n\":1,\"b\":true}],\"last\":-9223372036854775808}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain-topic_1.x",
                "quote \" and \\ and /",
                "line\nends\r\n\u2028\u2029",
                "\u0000\u0001\u001f\u007f\u0080",
                "Gr\u00fc\u00dfe \u65e5\u672c \ud83d\udc07",
                "</script><img src=x onerror=alert(1)>"
            })
    void anyText_isReadBack_andStaysOnOneLine(String text) throws Exception {
        byte[] written = new Json().object().field(text, text).endObject().bytes();

        JsonNode read = MAPPER.readTree(written);
        assertThat(read.size()).isEqualTo(1);
        assertThat(read.get(text).textValue()).isEqualTo(text);
        assertThat(new String(written, StandardCharsets.UTF_8)).matches("[ -~]*");
    }

    @Test
    void everyCharacter_halvesOfSurrogatesToo_isReadBack() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            all.append((char) c);
        }
        byte[] written = new Json().array().value(all.toString()).endArray().bytes();
        assertThat(MAPPER.readTree(written).get(0).textValue()).isEqualTo(all.toString());
    }
}
