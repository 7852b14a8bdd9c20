package io.burrow.it.broker;

import org.apache.kafka.common.utils.internals.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broker's fatal fault from ending this process, whose tests would then vanish without a report. Any thread.
 *
 * <p>Kafka has one exit and one halt procedure per process. They are replaced once and never put back: a thread of a
 * broker that was closed long ago may still meet its fault.
 */
final class FatalFaults {

    private static final Logger LOG = LoggerFactory.getLogger(FatalFaults.class);

    private FatalFaults() {}

    static void survive() {
        Exit.setExitProcedure(FatalFaults::report);
        Exit.setHaltProcedure(FatalFaults::report);
    }

    private static void report(int status, String message) {
        // Kafka has logged the fault itself, with its stack trace.
        LOG.error("An embedded broker gave up and wanted to end the process with status {}: {}", status, message);
    }
}
