package io.burrow.api;

import java.time.Duration;

/**
 * A record that failed and was kept unfinished. {@link BurrowControl} tries it again or sends it to the dead letters.
 *
 * @param partition its partition
 * @param offset its offset
 * @param attempts how many attempts were made
 * @param age the time since its handler first started
 * @param errorClass the class name of the last failure
 */
public record ParkedRecord(TopicPartition partition, long offset, int attempts, Duration age, String errorClass) {}
