package io.burrow.it.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class LetterTextTest {

    private static ConsumerRecord<byte[], byte[]> letter(String topic, String message) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("dead", 1, 2, "k\ney".getBytes(UTF_8), "v\u001bal".getBytes(UTF_8));
        record.headers()
                .add("__dlq.errors.topic", topic.getBytes(UTF_8))
                .add("__dlq.errors.partition", "3".getBytes(UTF_8))
                .add("__dlq.errors.offset", "4".getBytes(UTF_8))
                .add("__dlq.errors.message", message.getBytes(UTF_8));
        return record;
    }

    @Test
    void row_isOneHarmlessLineWhateverTheHeadersHold() {
        String row = LetterText.row(letter("or\n1@9 ders\u001b[2J\u202e\u2028", "secret"));

        assertThat(row).startsWith("1@2 ").contains("or?1@9 ders?[2J??-3@4").doesNotContain("secret");
        assertThat(row.lines()).hasSize(1);
    }

    @Test
    void details_linesOfAHeader_cannotPassForOthers() {
        String details =
                String.join("\n", LetterText.details(letter("orders", "first\nkey: forged\r\n\tat x\n"), false));

        assertThat(details.lines())
                .contains("  __dlq.errors.message: first", "    key: forged", "        at x", "key: 4 bytes")
                .doesNotContain("key: forged");
    }

    @Test
    void details_contents_areHarmlessText() {
        assertThat(String.join("\n", LetterText.details(letter("orders", "m"), true))
                        .lines())
                .contains("key: k", "    ey", "value: v?al");
    }
}
