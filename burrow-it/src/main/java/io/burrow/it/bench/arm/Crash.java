package io.burrow.it.bench.arm;

/**
 * A process that is killed in the middle, or the one that comes after it.
 *
 * @param file where both write what is done
 * @param records how many there are in all
 * @param partitions in how many partitions
 * @param killAfter how many are done when the process is killed; 0 for the one that comes after
 */
public record Crash(String file, long records, int partitions, long killAfter) {

    /**
     * The process that comes after.
     *
     * @return a copy
     */
    public Crash after() {
        return new Crash(file, records, partitions, 0);
    }
}
