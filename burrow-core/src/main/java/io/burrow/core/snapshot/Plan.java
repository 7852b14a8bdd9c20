package io.burrow.core.snapshot;

import java.util.function.Consumer;

/**
 * One way to write a set, as far as it fits.
 *
 * @param encoding its number
 * @param offsets how many offsets it keeps
 * @param bits how many bits it takes
 * @param writer writes it
 */
record Plan(int encoding, long offsets, long bits, Consumer<BitText.Writer> writer) {
    static final Plan NOTHING = new Plan(0, 0, 0, bits -> {});

    void write(BitText.Writer bits) {
        writer.accept(bits);
    }

    /** The better of two: the one that keeps more, or as much in fewer bits. */
    Plan or(Plan other) {
        return other.offsets > offsets || other.offsets == offsets && other.bits < bits ? other : this;
    }
}
