package io.burrow.it.bench;

import java.util.Arrays;

/** The middle of a few figures, and how far they lie apart. Pure. */
final class Statistics {

    private Statistics() {}

    /** The median, the mean of the two in the middle if they are even; NaN of nothing. */
    static double median(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Half the distance between the largest and the smallest, as a share of the median; NaN of nothing. */
    static double spread(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double largest = Arrays.stream(values).max().orElseThrow();
        double smallest = Arrays.stream(values).min().orElseThrow();
        return largest == smallest ? 0 : (largest - smallest) / 2 / median(values);
    }
}
