package io.burrow.kafka;

import static io.burrow.kafka.Harness.K0;
import static io.burrow.kafka.Harness.K1;
import static io.burrow.kafka.ScriptedConsumer.fetched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/** Topics that are deleted and made anew under their name. */
class TopicWatchTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @Test
    void sameTopic_goesOn() {
        Harness harness = reading(OffsetReset.of("earliest"));

        lookAgain(harness);

        assertThat(harness.listener.events).isEmpty();
    }

    @Test
    void topicMadeAnew_isReadFromItsBeginning() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.ids.put("orders", Uuid.randomUuid());

        lookAgain(harness);

        assertThat(harness.listener.events).containsExactlyInAnyOrder("reset orders-0 to 0", "reset orders-1 to 0");
        assertThat(harness.consumer.seeks).endsWith("orders-0 to 0", "orders-1 to 0");
        harness.listener.events.clear();
        lookAgain(harness);
        assertThat(harness.listener.events).as("told once").isEmpty();
    }

    /** It was meant for the poll before, and came late. */
    @Test
    void topicMadeAnew_strayWakeup_asksAgain() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.ids.put("orders", Uuid.randomUuid());
        harness.pass(INTERVAL);
        harness.poll(); // asks which it is
        AtomicBoolean struck = new AtomicBoolean();
        harness.consumer.positionFailure = key -> struck.getAndSet(true) ? null : new WakeupException();

        harness.poll();

        assertThat(struck).isTrue();
        assertThat(harness.listener.events).containsExactlyInAnyOrder("reset orders-0 to 0", "reset orders-1 to 0");
        harness.poll();
        assertThat(harness.consumer.lastPollTimeout()).as("the wakeup is kept").isZero();
    }

    /** Each answer that there is none can be late. */
    @Test
    void topicMadeAnew_brokersAreSilent_oneIsWaitedFor() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.ids.put("orders", Uuid.randomUuid());
        harness.pass(INTERVAL);
        harness.poll(); // asks which it is
        List<TopicPartition> askedFor = new ArrayList<>();
        harness.consumer.positionFailure = key -> {
            askedFor.add(key);
            harness.pass(Duration.ofSeconds(3));
            return new TimeoutException("no answer");
        };
        harness.consumer.polls.add(fetched(K0, 11, 10)); // it is not idle: nobody else looks at positions

        harness.poll();

        assertThat(askedFor).hasSize(1);
        assertThat(harness.listener.events).containsExactlyInAnyOrder("reset orders-0 to 0", "reset orders-1 to 0");
    }

    @Test
    void topicMadeAnew_beforeItIsTimeToAsk_isNotKnown() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.ids.put("orders", Uuid.randomUuid());

        harness.pass(INTERVAL.minusMillis(1));
        harness.poll();
        harness.poll();

        assertThat(harness.listener.events).isEmpty();
    }

    @Test
    void topicMadeAnew_none_stopsWithTheReason() {
        Harness harness = reading(OffsetReset.of("none"));
        harness.ids.put("orders", Uuid.randomUuid());

        BurrowException e = catchThrowableOfType(BurrowException.class, () -> lookAgain(harness));

        assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_FAILED);
        assertThat(e).hasMessageContaining("the topic of orders-0, orders-1 was deleted and made anew");
    }

    @Test
    void topicAway_saysNothing() {
        Harness harness = reading(OffsetReset.of("earliest"));
        Uuid before = harness.ids.remove("orders");
        lookAgain(harness);
        harness.ids.put("orders", before);

        lookAgain(harness);

        assertThat(harness.listener.events).isEmpty();
    }

    @Test
    void topicMadeAnew_whatWasAssignedSinceAndBeganByThePolicy_isNotMoved() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.ids.put("orders", Uuid.randomUuid());
        harness.pass(INTERVAL);
        harness.poll(); // asks
        harness.consumer.rebalance(List.of());
        harness.poll(); // is told
        harness.consumer.positions.clear();
        harness.consumer.rebalance(List.of(K0));
        harness.consumer.polls.add(fetched(K0, 3, 2));
        harness.consumer.positions.put(K0, 3L);
        harness.listener.events.clear();

        lookAgain(harness);

        assertThat(harness.listener.events).isEmpty();
    }

    /** It was noticed while nothing of the topic was assigned. */
    @Test
    void topicMadeAnew_beforeAPartitionIsAssignedAtACommittedOffset_itIsReadFromItsBeginning_once() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.ids.put("orders", Uuid.randomUuid());
        harness.pass(INTERVAL);
        harness.poll(); // asks
        harness.consumer.rebalance(List.of());
        harness.poll(); // is told
        harness.consumer.stored.put(K0, new OffsetAndMetadata(10));
        harness.consumer.rebalance(List.of(K0));
        harness.listener.events.clear();

        harness.poll();
        assertThat(harness.listener.events).containsExactly("reset orders-0 to 0");

        harness.consumer.rebalance(List.of());
        harness.consumer.positions.put(K0, 10L);
        harness.consumer.rebalance(List.of(K0));
        harness.listener.events.clear();
        harness.poll();
        assertThat(harness.listener.events).as("what it committed since counts").isEmpty();
    }

    /** What is committed may be this member's own, from before it knew. */
    @Test
    void topicMadeAnew_whatWasAssignedSinceAtACommittedOffset_isReadFromItsBeginning() {
        Harness harness = reading(OffsetReset.of("earliest"));
        harness.consumer.rebalance(List.of());
        harness.ids.put("orders", Uuid.randomUuid());
        harness.consumer.stored.put(K0, new OffsetAndMetadata(10));
        harness.consumer.rebalance(List.of(K0));
        harness.listener.events.clear();

        harness.poll();
        lookAgain(harness);

        assertThat(harness.listener.events).containsExactly("reset orders-0 to 0");
    }

    /** Both partitions were read up to 10, and their topic is known. */
    private static Harness reading(OffsetReset reset) {
        Harness harness = new Harness(ScriptedConsumer.of("orders"), true, reset, CorruptRecordsAction.HALT, "orders");
        harness.ids.put("orders", Uuid.randomUuid());
        harness.source.open(harness.listener);
        harness.consumer.rebalance(List.of(K0, K1));
        harness.consumer.polls.add(fetched(K0, 10, 9));
        harness.consumer.polls.add(fetched(K1, 10, 9));
        harness.consumer.positions.putAll(Map.of(K0, 10L, K1, 10L));
        harness.poll();
        harness.poll();
        harness.listener.events.clear();
        harness.consumer.seeks.clear();
        return harness;
    }

    /** Asks, and takes the answer. */
    private static void lookAgain(Harness harness) {
        harness.pass(INTERVAL);
        harness.poll();
        harness.poll();
    }
}
