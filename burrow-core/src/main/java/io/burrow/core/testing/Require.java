package io.burrow.core.testing;

/** Checks of arguments. */
final class Require {
    private Require() {}

    static void atLeast(long least, String name, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }
}
