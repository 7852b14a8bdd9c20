package io.burrow.core.snapshot;

/**
 * Numbers of which small ones are frequent: the quotient by 2^k in ones, a zero, then k bits. R. F. Rice, "Some
 * Practical Universal Noiseless Coding Techniques", JPL 79-22, 1979: the best code there is with whole bits where
 * numbers are distributed geometrically, as gaps and runs of records that finish at random are. A quotient of
 * {@value #ESCAPE} or more is written as that many ones, and the number in full.
 */
final class RiceCode {
    static final int PARAMETER_BITS = 6;
    static final int ESCAPE = 24;
    private static final int MOST_K = 62;

    private final int k;

    RiceCode(int k) {
        this.k = k;
    }

    /**
     * The shortest code for numbers of a mean, if they are distributed geometrically. A. Kiely, "Selecting the Golomb
     * Parameter in Rice Coding", IPN Progress Report 42-159, 2004.
     */
    static RiceCode of(double mean) {
        if (mean <= 0) {
            return new RiceCode(0);
        }
        double ratio = Math.log((Math.sqrt(5) - 1) / 2) / Math.log(mean / (mean + 1));
        return new RiceCode((int) Math.max(0, Math.min(MOST_K, 1 + Math.floor(Math.log(ratio) / Math.log(2)))));
    }

    int k() {
        return k;
    }

    /** How many bits a number takes. */
    int size(long number) {
        long quotient = number >>> k;
        return quotient < ESCAPE ? (int) quotient + 1 + k : ESCAPE + BitText.size(number);
    }

    void write(BitText.Writer bits, long number) {
        long quotient = number >>> k;
        if (quotient < ESCAPE) {
            bits.bits((1L << quotient + 1) - 2, (int) quotient + 1);
            bits.bits(number, k);
        } else {
            bits.bits((1L << ESCAPE) - 1, ESCAPE);
            bits.number(number);
        }
    }

    long read(BitText.Reader bits) {
        int quotient = 0;
        while (quotient < ESCAPE && bits.bit() == 1) {
            quotient++;
        }
        return quotient == ESCAPE ? bits.number() : (long) quotient << k | bits.bits(k);
    }
}
