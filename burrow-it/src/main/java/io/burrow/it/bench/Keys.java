package io.burrow.it.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a topic's records. Immutable.
 *
 * @param count how many there are; 0 for none
 * @param zipf whether the first is drawn most, the second half as often, the third a third as often, and so on
 */
record Keys(int count, boolean zipf) {

    static final Keys NONE = new Keys(0, false);

    /** Equally frequent keys. */
    static Keys of(int count) {
        return new Keys(count, false);
    }

    /** Keys of which few are hot. */
    static Keys zipf(int count) {
        return new Keys(count, true);
    }

    /** How keys are drawn, one after the other; the number is negative if there are no keys. */
    interface Draw {
        int next(RandomGenerator random);
    }

    Draw draw() {
        if (count == 0) {
            return random -> -1;
        }
        if (!zipf) {
            return random -> random.nextInt(count);
        }
        double[] sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += 1.0 / (i + 1);
            sums[i] = sum;
        }
        return random -> {
            int found = Arrays.binarySearch(sums, random.nextDouble() * sums[count - 1]);
            return Math.min(count - 1, found < 0 ? -found - 1 : found);
        };
    }

    /** The bytes of each key, by its number. */
    byte[][] bytes() {
        byte[][] bytes = new byte[count][];
        for (int i = 0; i < count; i++) {
            bytes[i] = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
        }
        return bytes;
    }

    /** The bytes of a key, null if there are no keys. */
    static byte @Nullable [] key(byte[][] bytes, int number) {
        return number < 0 ? null : bytes[number];
    }
}
