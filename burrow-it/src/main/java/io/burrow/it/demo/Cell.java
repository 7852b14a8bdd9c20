package io.burrow.it.demo;

/** What the drawing of a partition says of one or a few neighbouring records. */
enum Cell {
    /** Below the commit point: committed, or in the next commit. */
    COMMITTED('█', '#', "32", "done below the gap"),
    /** Finished, but something below it is not. */
    DONE('▓', '+', "36", "done above the gap"),
    /** A handler works on it. */
    RUNNING('░', 'o', "33", "in a handler"),
    /** Fetched, not started. */
    WAITING('·', '.', "2", "fetched"),
    /** Failed, and waits for its next attempt. */
    RETRYING('r', 'r', "1;35", "retrying"),
    /** Failed, and kept unfinished. */
    PARKED('p', 'p', "1;31", "parked");

    private final char block;
    private final char ascii;
    private final String colour;
    private final String meaning;

    Cell(char block, char ascii, String colour, String meaning) {
        this.block = block;
        this.ascii = ascii;
        this.colour = colour;
        this.meaning = meaning;
    }

    char glyph(boolean unicode) {
        return unicode ? block : ascii;
    }

    /** The parameters of an ANSI colour sequence. */
    String colour() {
        return colour;
    }

    String meaning() {
        return meaning;
    }
}
