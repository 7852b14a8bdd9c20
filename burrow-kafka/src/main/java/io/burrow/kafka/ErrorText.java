package io.burrow.kafka;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A failure's message and stack trace as UTF-8, cut to a size. What a user's throwable throws stays in here. */
final class ErrorText {
    private ErrorText() {}

    /** The message, or null if there is none. */
    static byte @Nullable [] message(Throwable thrown, int mostBytes) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException e) {
            return null;
        }
        return message == null ? null : utf8(message, mostBytes);
    }

    /** The stack trace with its causes: its beginning. */
    static byte[] stackTrace(Throwable thrown, int mostBytes) {
        Beginning beginning = new Beginning(mostBytes);
        try {
            thrown.printStackTrace(new PrintWriter(beginning));
        } catch (RuntimeException e) {
            beginning.text.append("(it threw ").append(e.getClass().getName()).append(')');
        }
        return utf8(beginning.text.toString(), mostBytes);
    }

    /** As many whole characters as fit. */
    static byte[] utf8(String text, int mostBytes) {
        // A char is at least one byte: what is after these chars cannot fit, and may be long.
        String enough = text.length() > mostBytes ? text.substring(0, mostBytes) : text;
        boolean splitsPair = enough.length() < text.length()
                && mostBytes > 0
                && Character.isHighSurrogate(text.charAt(mostBytes - 1));
        byte[] bytes = (splitsPair ? enough.substring(0, mostBytes - 1) : enough).getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= mostBytes) {
            return bytes;
        }
        int end = mostBytes;
        while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    /** Keeps the first characters and forgets the rest: a trace can be of any length. */
    private static final class Beginning extends Writer {
        private final StringBuilder text = new StringBuilder();
        private final int most;

        Beginning(int most) {
            this.most = most;
        }

        @Override
        public void write(char[] chars, int from, int length) {
            text.append(chars, from, Math.max(0, Math.min(length, most - text.length())));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
