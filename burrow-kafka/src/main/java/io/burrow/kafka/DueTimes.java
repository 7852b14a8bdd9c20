package io.burrow.kafka;

import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * When records of retry topics are due: what their header says, but no later than a whole delay from when they are seen
 * first, whatever a foreign or damaged header says.
 *
 * @param topics the retry topics, or null if there are none
 * @param millisClock the time, in milliseconds since 1970
 */
record DueTimes(@Nullable RetryTopics topics, LongSupplier millisClock) {
    /** What was fetched of a retry topic; null if the topic is none. */
    @Nullable
    Waiting waiting(String topic, List<ConsumerRecord<byte[], byte[]>> records, long end) {
        int tier = topics == null ? -1 : topics.tier(topic);
        if (tier < 0 || topics == null) {
            return null;
        }
        return new Waiting(records, nowMillis() + topics.delay(tier).toMillis(), end);
    }

    long nowMillis() {
        return millisClock.getAsLong();
    }

    /** Records of one partition of a retry topic, of one fetch, that were not handed over yet. Loop thread only. */
    static final class Waiting {
        private final List<ConsumerRecord<byte[], byte[]>> records;
        private final long latestMillis;
        private final long end;
        private int next;

        Waiting(List<ConsumerRecord<byte[], byte[]>> records, long latestMillis, long end) {
            this.records = records;
            this.latestMillis = latestMillis;
            this.end = end;
        }

        /** Takes those that are due out, in their order: the first that is not holds back what follows. */
        List<ConsumerRecord<byte[], byte[]>> takeDue(long nowMillis) {
            int from = next;
            while (next < records.size() && dueMillis() <= nowMillis) {
                next++;
            }
            return records.subList(from, next);
        }

        /** The offset behind all that was fetched. */
        long end() {
            return end;
        }

        boolean isEmpty() {
            return next == records.size();
        }

        /** When the next one is due. */
        long dueMillis() {
            Long due = RetryHeaders.due(records.get(next).headers());
            return due == null ? Long.MIN_VALUE : Math.min(due, latestMillis);
        }

        /** The offset of the next one; what follows them, if there is none left. */
        long nextOffset() {
            return isEmpty() ? end : records.get(next).offset();
        }
    }
}
