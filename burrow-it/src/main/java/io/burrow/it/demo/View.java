package io.burrow.it.demo;

import java.time.Duration;
import java.util.List;

/**
 * What is shown of a running consumer at one moment.
 *
 * @param elapsed since it was started
 * @param perSecond records a second, lately
 * @param handled records handled since the start
 * @param inFlight records fetched and not finished
 * @param inHandlers those of them that a handler works on
 * @param partitions the partitions, by number
 */
record View(
        Duration elapsed,
        double perSecond,
        long handled,
        long inFlight,
        long inHandlers,
        List<PartitionView> partitions) {

    View {
        partitions = List.copyOf(partitions);
    }
}
