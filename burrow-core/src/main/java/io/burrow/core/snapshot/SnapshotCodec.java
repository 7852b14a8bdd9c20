package io.burrow.core.snapshot;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Turns a set of finished offsets into text and back. The text begins with a mark and a version, and carries a check
 * over everything it depends on: the offset it is kept with, that record's epoch, and what follows.
 *
 * <pre>
 *   "bw1:" base64url( check (4 bytes) | newest epoch + 1 | gap, length | gap, length | ... )     but for the check varints
 * </pre>
 *
 * <p>Decoding is total: whatever the text, the answer is a set that was encoded for this offset, or nothing.
 */
public final class SnapshotCodec {
    private static final String MARK = "bw1:";
    private static final int CHECK_BYTES = 4;
    private static final int MOST_VARINT_BYTES = 9;

    private SnapshotCodec() {}

    /**
     * Makes the text.
     *
     * @param base the committed offset; all of the set lies above it
     * @param leaderEpoch the epoch that is committed with it, or -1
     * @param snapshot what is finished
     * @param limit how many characters (UTF-16 units) the text may have at most
     * @return the text, of the whole set or of as many of its lowest offsets as fit; empty if that is none
     */
    public static String encode(long base, int leaderEpoch, Snapshot snapshot, int limit) {
        OffsetRanges finished = snapshot.finished();
        long epoch = snapshot.newestEpoch() + 1L;
        int mostBytes = (limit - MARK.length()) / 4 * 3 - CHECK_BYTES;
        if (finished.isEmpty() || mostBytes < size(epoch) + 2) {
            return "";
        }
        ByteBuffer bytes = ByteBuffer.allocate(CHECK_BYTES
                + (int) Math.min(mostBytes, (finished.ranges() * 2L + 1) * MOST_VARINT_BYTES));
        bytes.position(CHECK_BYTES);
        put(bytes, epoch);
        int begin = bytes.position();
        long end = base;
        for (int i = 0; i < finished.ranges(); i++) {
            long gap = finished.from(i) - end;
            long length = finished.to(i) - finished.from(i);
            if (bytes.remaining() < size(gap) + size(length)) {
                break;
            }
            put(bytes, gap);
            put(bytes, length);
            end = finished.to(i);
        }
        if (bytes.position() == begin) {
            return "";
        }
        bytes.flip();
        bytes.putInt(0, check(base, leaderEpoch, bytes.duplicate().position(CHECK_BYTES)));
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    }

    /**
     * Reads a text.
     *
     * @param base the committed offset that it was kept with
     * @param leaderEpoch the epoch that was committed with it, or -1
     * @param metadata the text, whatever it is
     * @return what was finished; nothing if the text is not one that {@link #encode} made for this offset and epoch
     */
    public static Snapshot decode(long base, int leaderEpoch, String metadata) {
        if (base < 0 || !isSnapshot(metadata)) {
            return Snapshot.none();
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(metadata.substring(MARK.length()));
            if (all.length <= CHECK_BYTES
                    || !metadata.endsWith(
                            Base64.getUrlEncoder().withoutPadding().encodeToString(all))) {
                return Snapshot.none(); // damaged where no bit of it counts
            }
            ByteBuffer bytes = ByteBuffer.wrap(all);
            if (bytes.getInt() != check(base, leaderEpoch, bytes.duplicate())) {
                return Snapshot.none();
            }
            int epoch = Math.toIntExact(get(bytes) - 1);
            OffsetRanges.Builder finished = OffsetRanges.builder();
            long end = base;
            while (bytes.hasRemaining()) {
                long from = Math.addExact(end, get(bytes));
                end = Math.addExact(from, get(bytes));
                if (from <= base) {
                    return Snapshot.none();
                }
                finished.add(from, end);
            }
            return new Snapshot(epoch, finished.build());
        } catch (RuntimeException e) { // not base64, cut off, too large: not one of ours
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

    private static int check(long base, int leaderEpoch, ByteBuffer ranges) {
        CRC32C check = new CRC32C();
        check.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(base)
                .putInt(leaderEpoch)
                .flip());
        check.update(ranges);
        return (int) check.getValue();
    }

    private static int size(long value) {
        return value == 0 ? 1 : (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7;
    }

    private static void put(ByteBuffer bytes, long value) {
        long left = value;
        while (left > 0x7f) {
            bytes.put((byte) (left | 0x80));
            left >>>= 7;
        }
        bytes.put((byte) left);
    }

    private static long get(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < MOST_VARINT_BYTES * 7; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number without an end");
    }
}
