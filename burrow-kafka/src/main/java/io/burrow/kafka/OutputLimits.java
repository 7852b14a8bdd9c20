package io.burrow.kafka;

/**
 * How much one attempt may add.
 *
 * @param maxRecordBytes the largest record that the producer takes
 * @param maxRecordsPerMessage how many records
 * @param maxBytesPerMessage how many bytes they may have together
 */
record OutputLimits(long maxRecordBytes, int maxRecordsPerMessage, long maxBytesPerMessage) {}
