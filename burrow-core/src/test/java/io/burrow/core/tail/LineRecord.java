package io.burrow.core.tail;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.burrow.api.DecodingException;
import io.burrow.api.Message;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A line: a key, a tab, a value. What is null is written {@code \N}; a backslash, a tab and a line feed within are
 * written {@code \\}, {@code \t} and {@code \n}, and a {@code #} as {@code \#}.
 */
final class LineRecord implements SourceRecord<String, String> {
    private static final String NULL = "\\N";

    private final TopicPartition partition;
    private final long offset;
    private final byte[] line;

    LineRecord(TopicPartition partition, long offset, byte[] line) {
        this.partition = partition;
        this.offset = offset;
        this.line = line;
    }

    @Override
    public long offset() {
        return offset;
    }

    /** The bytes before the tab: equal keys are written in one way only. */
    @Override
    public @Nullable Object orderingKey() {
        byte[] key = Arrays.copyOf(line, Math.max(0, tab()));
        return Arrays.equals(key, NULL.getBytes(UTF_8)) ? null : key;
    }

    @Override
    public int sizeBytes() {
        return line.length;
    }

    private int tab() {
        int tab = 0;
        while (tab < line.length && line[tab] != '\t') {
            tab++;
        }
        return tab == line.length ? -1 : tab;
    }

    @Override
    public Message<String, String> decode() {
        if (tab() < 0) {
            throw new DecodingException("a line without a tab", null);
        }
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            throw new DecodingException("a line that is not UTF-8", e);
        }
        int tab = text.indexOf('\t');
        return new Line(partition, offset, read(text.substring(0, tab)), read(text.substring(tab + 1)));
    }

    /** What stands in a file for a key and a value. */
    static byte[] line(@Nullable String key, @Nullable String value) {
        return (write(key) + '\t' + write(value) + '\n').getBytes(UTF_8);
    }

    private static String write(@Nullable String text) {
        return text == null
                ? NULL
                : text.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("#", "\\#");
    }

    private static @Nullable String read(String written) {
        if (written.equals(NULL)) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c == '\\' && i + 1 < written.length()) {
                char escaped = written.charAt(++i);
                c = escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped;
            }
            text.append(c);
        }
        return text.toString();
    }

    /** A line as a handler sees it. */
    private record Line(
            TopicPartition topicPartition,
            long offset,
            @Nullable String key,
            @Nullable String value) implements Message<String, String> {
        @Override
        public String topic() {
            return topicPartition.topic();
        }

        @Override
        public int partition() {
            return topicPartition.partition();
        }

        /** Shows where it stands, not what it says. */
        @Override
        public String toString() {
            return topicPartition + "@" + offset;
        }
    }
}
