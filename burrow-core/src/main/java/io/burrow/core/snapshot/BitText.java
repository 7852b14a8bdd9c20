package io.burrow.core.snapshot;

/**
 * Text as a row of bits, 15 in each character. The characters are those from U+4000 to U+BFFF: none is a surrogate or a
 * control, and each is one of the characters that a broker counts, however many bytes it takes.
 */
final class BitText {
    static final int BITS = 15;
    private static final int FIRST = 0x4000;
    private static final int MASK = (1 << BITS) - 1;
    private static final int WIDTH_BITS = 6;

    private BitText() {}

    /** Whether a character carries bits. */
    static boolean carries(char c) {
        return c >= FIRST && c <= FIRST + MASK;
    }

    /** How many bits a number takes that is written with its width. */
    static int size(long number) {
        return WIDTH_BITS + width(number);
    }

    private static int width(long number) {
        return Long.SIZE - Long.numberOfLeadingZeros(number);
    }

    /** Appends bits, the most significant first. */
    static final class Writer {
        private final StringBuilder text;
        private int pending;
        private int pendingBits;

        Writer(StringBuilder text) {
            this.text = text;
        }

        /** Appends the lowest bits of a value, 0 to 63 of them. */
        void bits(long value, int count) {
            int left = count;
            while (left > 0) {
                int take = Math.min(left, BITS - pendingBits);
                left -= take;
                pending = pending << take | (int) (value >>> left) & (1 << take) - 1;
                pendingBits += take;
                if (pendingBits == BITS) {
                    text.append((char) (FIRST + pending));
                    pending = 0;
                    pendingBits = 0;
                }
            }
        }

        /** Appends a number that is not negative, with its width before it. */
        void number(long number) {
            int width = width(number);
            bits(width, WIDTH_BITS);
            bits(number, width);
        }

        /** Fills the last character up with zeros. */
        void end() {
            if (pendingBits > 0) {
                bits(0, BITS - pendingBits);
            }
        }
    }

    /** Takes bits off a text whose characters all carry some. What is asked for beyond the end is refused. */
    static final class Reader {
        private final String text;
        private long at;
        private final long end;

        Reader(String text, int from) {
            this.text = text;
            this.at = (long) from * BITS;
            this.end = (long) text.length() * BITS;
        }

        long left() {
            return end - at;
        }

        int bit() {
            if (at >= end) {
                throw new IllegalArgumentException("cut off");
            }
            int bit = text.charAt((int) (at / BITS)) - FIRST >>> BITS - 1 - (int) (at % BITS) & 1;
            at++;
            return bit;
        }

        long bits(int count) {
            if (count > left()) {
                throw new IllegalArgumentException("cut off");
            }
            long value = 0;
            int left = count;
            while (left > 0) {
                int offset = (int) (at % BITS);
                int take = Math.min(left, BITS - offset);
                int chunk = text.charAt((int) (at / BITS)) - FIRST >>> BITS - offset - take & (1 << take) - 1;
                value = value << take | chunk;
                at += take;
                left -= take;
            }
            return value;
        }

        long number() {
            int width = (int) bits(WIDTH_BITS);
            long number = bits(width);
            if (width > 0 && number >>> width - 1 != 1) {
                throw new IllegalArgumentException("a number that is wider than it has to be");
            }
            return number;
        }
    }
}
