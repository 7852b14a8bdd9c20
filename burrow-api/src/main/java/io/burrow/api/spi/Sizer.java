package io.burrow.api.spi;

/**
 * Says how much a record counts towards {@link io.burrow.api.BurrowConfig#maxInFlightBytes()} and
 * {@link io.burrow.api.BurrowConfig#maxPartitionInFlightBytes()}, where the source's own sizes are not what counts:
 * decoded objects are often several times as large as what came over the wire.
 *
 * <p>Called once for a record, on the loop thread; it must be quick. One that throws or returns a negative size is
 * reported, and the record counts as empty.
 *
 * @param <K> the type of the key
 * @param <V> the type of the value
 */
@FunctionalInterface
public interface Sizer<K, V> {
    /**
     * Says how large a record is.
     *
     * @param record the record, not decoded yet
     * @return its size in bytes, not negative
     */
    int sizeBytes(SourceRecord<K, V> record);

    /**
     * The source's own sizes; used where no other sizer is given.
     *
     * @param <K> the type of the key
     * @param <V> the type of the value
     * @return the sizer
     */
    static <K, V> Sizer<K, V> ofSource() {
        return SourceRecord::sizeBytes;
    }
}
