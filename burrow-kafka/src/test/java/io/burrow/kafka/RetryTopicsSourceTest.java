package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** What is read of a retry topic is handed over when it is due, and nothing else waits for it. */
class RetryTopicsSourceTest {
    private static final TopicPartition MAIN = new TopicPartition("orders", 0);
    private static final TopicPartition RETRY = new TopicPartition("orders-retry-10000", 0);
    private static final long NEVER_SAID = Long.MIN_VALUE;

    private final ScriptedConsumer consumer = ScriptedConsumer.of(MAIN.topic(), RETRY.topic());
    private final Harness harness =
            Harness.of(consumer, RetryTopics.after(Duration.ofSeconds(10)), MAIN.topic(), RETRY.topic());

    private void open() {
        harness.source.open(harness.listener);
        consumer.rebalance(List.of(MAIN, RETRY));
    }

    /** A fetch from the retry topic, beginning at an offset, with the due time of each record in seconds. */
    private void fetched(long first, long next, long... dueSeconds) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < dueSeconds.length; i++) {
            ConsumerRecord<byte[], byte[]> record = ScriptedConsumer.record(RETRY.topic(), 0, first + i);
            if (dueSeconds[i] != NEVER_SAID) {
                List<Header> headers = new ArrayList<>();
                RetryHeaders.add(headers, dueSeconds[i] * 1_000, 2, 0);
                headers.forEach(record.headers()::add);
            }
            records.add(record);
        }
        consumer.polls.add(new ConsumerRecords<>(Map.of(RETRY, records), Map.of(RETRY, new OffsetAndMetadata(next))));
    }

    @Test
    void whatIsNotDue_isKept_andNothingMoreIsFetchedOfItsPartition() {
        open();
        fetched(0, 3, 4, 5, 5);
        harness.poll();
        assertThat(harness.received).containsExactly("orders-retry-10000-0 [] -> 0");
        assertThat(consumer.paused()).containsExactly(RETRY);

        consumer.polls.add(ScriptedConsumer.fetched(MAIN, 2, 0, 1));
        harness.poll();
        assertThat(harness.received).endsWith("orders-0 [0, 1] -> 2");
    }

    @Test
    void whatIsDue_isHandedOver_andTheRestWhenItIs() {
        open();
        fetched(0, 5, -1, 0, 4, 5);
        harness.poll();
        assertThat(harness.received).containsExactly("orders-retry-10000-0 [0, 1] -> 2");
        harness.pass(Duration.ofMillis(3_999));
        harness.poll();
        assertThat(harness.received).hasSize(1);
        harness.pass(Duration.ofMillis(1));
        harness.poll();
        assertThat(harness.received).endsWith("orders-retry-10000-0 [2] -> 3");
        assertThat(consumer.paused()).containsExactly(RETRY);
        harness.pass(Duration.ofSeconds(1));
        harness.poll();
        assertThat(harness.received).endsWith("orders-retry-10000-0 [3] -> 5"); // a marker follows
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void whenTheNextIsDue_isTold_andWhenNothingWaitsAnyMore() {
        open();
        harness.listener.events.clear();
        fetched(0, 2, 4, 5);
        consumer.positions.put(RETRY, 2L);
        harness.poll();
        harness.pass(Duration.ofSeconds(4));
        harness.poll();
        harness.pass(Duration.ofSeconds(1));
        harness.poll();
        assertThat(harness.listener.events)
                .containsExactly(
                        "waiting orders-retry-10000-0 1970-01-01T00:00:04Z",
                        "waiting orders-retry-10000-0 1970-01-01T00:00:05Z",
                        "waiting orders-retry-10000-0 null");
    }

    @Test
    void theWaitOfAPoll_endsWhenSomethingIsDue() {
        open();
        fetched(0, 1, 1);
        harness.poll();
        harness.pass(Duration.ofMillis(800));
        harness.poll();
        assertThat(consumer.pollTimeouts.get(1)).isEqualTo(Duration.ofMillis(200));
        harness.pass(Duration.ofMillis(200));
        harness.poll();
        assertThat(consumer.pollTimeouts.get(2)).isEqualTo(Duration.ZERO);
    }

    @Test
    void whatTheEnginePaused_staysPaused_andIsNotHandedOverThoughItIsDue() {
        open();
        fetched(0, 1, 1);
        harness.poll();
        harness.source.pause(List.of(new io.burrow.api.TopicPartition(RETRY.topic(), 0)));
        harness.pass(Duration.ofSeconds(2));
        harness.poll();
        assertThat(harness.received).hasSize(1);
        harness.source.resume(List.of(new io.burrow.api.TopicPartition(RETRY.topic(), 0)));
        assertThat(consumer.paused()).containsExactly(RETRY);
        harness.poll();
        assertThat(harness.received).endsWith("orders-retry-10000-0 [0] -> 1");
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void aHeaderThatSaysNothingSensible_holdsNothingForLongerThanADelay() {
        open();
        fetched(0, 1, 1_000_000);
        harness.poll();
        harness.pass(Duration.ofSeconds(10));
        harness.poll();
        assertThat(harness.received).endsWith("orders-retry-10000-0 [0] -> 1");
        fetched(1, 2, NEVER_SAID);
        harness.poll();
        assertThat(harness.received).endsWith("orders-retry-10000-0 [1] -> 2");
    }

    @Test
    void anIdlePoll_doesNotTakeWhatWaitsForAJumpOfThePosition() {
        open();
        fetched(0, 3, 5, 5, 5);
        consumer.positions.put(RETRY, 3L);
        harness.poll();
        harness.pass(Duration.ofSeconds(2));
        harness.poll();
        assertThat(harness.received).containsExactly("orders-retry-10000-0 [] -> 0");
        assertThat(harness.listener.events).noneMatch(event -> event.contains("reset") || event.contains("skipped"));
    }

    @Test
    void aPartitionThatIsTakenAway_forgetsWhatWaited() {
        open();
        fetched(0, 3, 5, 5, 5);
        harness.poll();
        consumer.rebalance(List.of(MAIN));
        harness.pass(Duration.ofSeconds(20));
        harness.poll();
        assertThat(harness.received).hasSize(1);
        consumer.rebalance(List.of(MAIN, RETRY));
        assertThat(consumer.paused()).isEmpty();
    }
}
