package io.burrow.it.chaos.member;

import io.burrow.it.chaos.history.HistoryWriter;
import java.time.Duration;
import java.util.Map;

/** Makes the consumer under a member's Burrow. */
@FunctionalInterface
interface ConsumerMaker {

    /**
     * Makes one.
     *
     * @param mostBetween how far apart two polls may be
     */
    WatchedConsumer make(
            Map<String, Object> properties, HistoryWriter history, PauseMeter pauses, Duration mostBetween);
}
