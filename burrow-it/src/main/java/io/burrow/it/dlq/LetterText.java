package io.burrow.it.dlq;

import io.burrow.kafka.DeadLetterOrigin;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Dead letters as text for a terminal: what could steer it is replaced. Pure. */
public final class LetterText {
    private static final String ROW = "%-12s %-36s %8s  %-30s  %s";
    private static final Set<String> NUMBERS =
            Set.of("kafka_dlt-original-partition", "kafka_dlt-original-offset", "kafka_dlt-original-timestamp");

    private LetterText() {}

    /**
     * The titles of the columns of {@link #row}.
     *
     * @return one line
     */
    public static String titles() {
        return String.format(ROW, "POSITION", "ORIGIN", "ATTEMPTS", "TIME", "EXCEPTION");
    }

    /**
     * Where a dead letter is, where it came from and why. Nothing of its contents.
     *
     * @param record the dead letter
     * @return one line
     */
    public static String row(ConsumerRecord<byte[], byte[]> record) {
        Optional<DeadLetterOrigin> origin = DeadLetterOrigin.of(record.headers());
        Instant time = origin.map(DeadLetterOrigin::failedAt).orElse(Instant.ofEpochMilli(record.timestamp()));
        String exception = origin.map(DeadLetterOrigin::exceptionClass).orElse("-");
        return printable(String.format(
                ROW,
                record.partition() + "@" + record.offset(),
                origin.map(LetterText::position).orElse("-"),
                origin.map(DeadLetterOrigin::attempts).map(String::valueOf).orElse("-"),
                time,
                DeadLetterOrigin.isStripped(record.headers()) ? exception + " (value left out)" : exception));
    }

    /**
     * Where a record was read.
     *
     * @param origin what its dead letter tells
     * @return such as {@code orders-3@17}
     */
    public static String position(DeadLetterOrigin origin) {
        return origin.topic() + "-" + origin.partition() + "@" + origin.offset();
    }

    /**
     * All that is known of one dead letter. Of the record's own headers only the names and sizes.
     *
     * @param record the dead letter
     * @param contents whether key and value are shown, as UTF-8, or only their sizes
     * @return the lines
     */
    public static List<String> details(ConsumerRecord<byte[], byte[]> record, boolean contents) {
        List<String> lines = new ArrayList<>();
        lines.add("position: " + record.topic() + "-" + record.partition() + "@" + record.offset());
        lines.add("time: " + Instant.ofEpochMilli(record.timestamp()));
        lines.add("origin: "
                + printable(DeadLetterOrigin.of(record.headers())
                        .map(LetterText::position)
                        .orElse("not told by the headers")));
        lines.add("key: " + content(record.key(), contents));
        lines.add("value: " + content(record.value(), contents)
                + (DeadLetterOrigin.isStripped(record.headers()) ? " (it was left out)" : ""));
        lines.add("headers:");
        for (Header header : record.headers()) {
            lines.add("  " + printable(header.key()) + ": "
                    + (DeadLetterOrigin.isHeader(header.key()) ? value(header) : size(header.value())));
        }
        return lines;
    }

    private static String content(byte @Nullable [] bytes, boolean contents) {
        return bytes != null && contents ? printableLines(new String(bytes, StandardCharsets.UTF_8)) : size(bytes);
    }

    private static String size(byte @Nullable [] bytes) {
        return bytes == null ? "none" : bytes.length == 1 ? "1 byte" : bytes.length + " bytes";
    }

    private static String value(Header header) {
        byte @Nullable [] value = header.value();
        if (value == null) {
            return "none";
        }
        if (NUMBERS.contains(header.key())) {
            return value.length == Integer.BYTES
                    ? String.valueOf(ByteBuffer.wrap(value).getInt())
                    : value.length == Long.BYTES
                            ? String.valueOf(ByteBuffer.wrap(value).getLong())
                            : size(value);
        }
        return printableLines(new String(value, StandardCharsets.UTF_8));
    }

    /** One line: characters that a terminal may obey, or that hide, become question marks. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean harmful = Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
            printable.appendCodePoint(harmful ? '?' : c);
        });
        return printable.toString();
    }

    /** Lines: those after the first are indented, so that none can pass for a line of another kind. */
    static String printableLines(String text) {
        return text.stripTrailing()
                .lines()
                .map(line -> printable(line.replace("\t", "    ")))
                .collect(Collectors.joining(System.lineSeparator() + "    "));
    }
}
