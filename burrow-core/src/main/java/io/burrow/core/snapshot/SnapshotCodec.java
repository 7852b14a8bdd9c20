package io.burrow.core.snapshot;

import io.burrow.api.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Turns a set of finished offsets into text and back. {@code docs/offset-snapshot.md} tells the format bit by bit.
 *
 * <h2>The problem</h2>
 *
 * The one place that is stored together with an offset is its metadata: text, of which brokers keep 4096 characters
 * (they count characters, not bytes). A span may hold a million records. Whatever stands there may have been written by
 * somebody else, for another offset, or be damaged; what is read out of it is believed, and not handled again.
 *
 * <h2>The idea</h2>
 *
 * <pre>
 *   "bw1:"  check (45 bits)  encoding (2)  newest epoch + 1  what the encoding needs        15 bits a character
 * </pre>
 *
 * The set is written in each of four ways, and the one is taken that keeps the most offsets, and of these the shortest:
 * as runs and gaps, as a bit for each offset, as the finished offsets alone, or as the unfinished ones alone. What does
 * not fit is cut off at the end: the lowest offsets are those that a crash would repeat first.
 *
 * <p>The check covers everything that the meaning depends on, also the partition, the committed offset and its epoch,
 * which are not in the text. Decoding is total: whatever the text, the answer is a part of a set that was encoded for
 * this offset, or nothing. What it allocates is bounded by the length of the text, before anything is made.
 *
 * <p>Refused: Base64 (6 bits a character); a general compressor (it would have to be bounded on the way back, and does
 * not know what is frequent here); arithmetic coding (a twentieth shorter at best, and time for every offset in place
 * of every run).
 */
public final class SnapshotCodec {
    static final String MARK = "bw1:";
    private static final int CHECK_CHARS = 3;
    private static final int ENCODING_BITS = 2;
    /** Longer than what any broker keeps; not looked at. */
    private static final int MOST_CHARS = 1 << 16;

    private SnapshotCodec() {}

    /**
     * How many ranges may have to be looked at, whatever the limit: of what lies behind them nothing would fit.
     *
     * @param limit how many characters the text may have at most
     * @return a number of ranges
     */
    public static int mostRanges(int limit) {
        return (int) Math.min(1 << 20, Math.max(0L, limit) * BitText.BITS / 2 + 1);
    }

    /**
     * Makes the text. Takes time in proportion to the number of ranges that fit.
     *
     * @param partition the partition; text of another one says nothing
     * @param base the committed offset; all of the set lies above it
     * @param leaderEpoch the epoch that is committed with it, or -1
     * @param snapshot what is finished
     * @param limit how many characters (UTF-16 units) the text may have at most
     * @return the text, of the whole set or of as many of its lowest offsets as fit; empty if that is none
     * @throws IllegalArgumentException if the set does not lie above the base: no text can say so
     */
    public static String encode(TopicPartition partition, long base, int leaderEpoch, Snapshot snapshot, int limit) {
        OffsetRanges finished = snapshot.finished();
        if (!finished.isEmpty() && finished.from(0) <= base) {
            throw new IllegalArgumentException("offset " + finished.from(0) + " does not lie above " + base);
        }
        long epoch = snapshot.newestEpoch() + 1L;
        long budget = (long) (Math.min(limit, MOST_CHARS) - MARK.length() - CHECK_CHARS) * BitText.BITS
                - ENCODING_BITS
                - BitText.size(epoch);
        if (finished.isEmpty() || budget <= 0) {
            return "";
        }
        Plan plan = Encodings.best(base, finished, budget);
        if (plan.offsets() == 0) {
            return "";
        }
        StringBuilder text = new StringBuilder(
                MARK.length() + CHECK_CHARS + 2 + (int) ((plan.bits() + BitText.size(epoch)) / BitText.BITS));
        text.append(MARK);
        BitText.Writer bits = new BitText.Writer(text);
        bits.bits(0, CHECK_CHARS * BitText.BITS);
        bits.bits(plan.encoding(), ENCODING_BITS);
        bits.number(epoch);
        plan.write(bits);
        bits.end();
        long check = check(partition, base, leaderEpoch, text);
        StringBuilder checked = new StringBuilder(CHECK_CHARS);
        new BitText.Writer(checked).bits(check, CHECK_CHARS * BitText.BITS);
        return text.replace(MARK.length(), MARK.length() + CHECK_CHARS, checked.toString())
                .toString();
    }

    /**
     * Reads a text.
     *
     * @param partition the partition
     * @param base the committed offset that it was kept with
     * @param leaderEpoch the epoch that was committed with it, or -1
     * @param metadata the text, whatever it is
     * @return what was finished; nothing if the text is not one that {@link #encode} made for this offset and epoch
     */
    public static Snapshot decode(TopicPartition partition, long base, int leaderEpoch, String metadata) {
        int payload = MARK.length() + CHECK_CHARS;
        if (base < 0 || !isSnapshot(metadata) || metadata.length() <= payload || metadata.length() > MOST_CHARS) {
            return Snapshot.none();
        }
        for (int i = MARK.length(); i < metadata.length(); i++) {
            if (!BitText.carries(metadata.charAt(i))) {
                return Snapshot.none();
            }
        }
        BitText.Reader bits = new BitText.Reader(metadata, MARK.length());
        if (bits.bits(CHECK_CHARS * BitText.BITS) != check(partition, base, leaderEpoch, metadata)) {
            return Snapshot.none();
        }
        try {
            int encoding = (int) bits.bits(ENCODING_BITS);
            int epoch = Math.toIntExact(bits.number() - 1);
            OffsetRanges finished = Encodings.read(encoding, base, bits);
            boolean whole = bits.left() < BitText.BITS && bits.bits((int) bits.left()) == 0;
            return whole && !finished.isEmpty() ? new Snapshot(epoch, finished) : Snapshot.none();
        } catch (IllegalArgumentException | ArithmeticException e) { // the check held, and yet it is not one of ours
            return Snapshot.none();
        }
    }

    /**
     * Whether a text says that it is one of ours, be it damaged or not.
     *
     * @param metadata the text
     * @return true if it begins like one
     */
    public static boolean isSnapshot(String metadata) {
        return metadata.startsWith(MARK);
    }

    /**
     * 32 bits of one check and 13 of another, over all that the text belongs to and the characters behind the check.
     */
    private static long check(TopicPartition partition, long base, int leaderEpoch, CharSequence text) {
        byte[] topic = partition.topic().getBytes(StandardCharsets.UTF_8);
        int payload = 2 * (text.length() - MARK.length() - CHECK_CHARS);
        byte[] bytes = new byte[topic.length + Integer.BYTES + Long.BYTES + Integer.BYTES + payload];
        System.arraycopy(topic, 0, bytes, 0, topic.length);
        int at = topic.length;
        for (int shift = Integer.SIZE - 8; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (partition.partition() >>> shift);
        }
        for (int shift = Long.SIZE - 8; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (base >>> shift);
        }
        for (int shift = Integer.SIZE - 8; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (leaderEpoch >>> shift);
        }
        for (int i = MARK.length() + CHECK_CHARS; i < text.length(); i++) {
            bytes[at++] = (byte) (text.charAt(i) >>> 8);
            bytes[at++] = (byte) text.charAt(i);
        }
        return value(new CRC32C(), bytes) << 13 | value(new CRC32(), bytes) & 0x1fff;
    }

    private static long value(Checksum checksum, byte[] bytes) {
        checksum.update(bytes, 0, bytes.length);
        return checksum.getValue();
    }
}
