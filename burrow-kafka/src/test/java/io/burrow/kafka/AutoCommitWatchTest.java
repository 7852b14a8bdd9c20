package io.burrow.kafka;

import static io.burrow.kafka.Harness.P0;
import static io.burrow.kafka.Harness.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoCommitWatchTest {
    private static final MetricName COMMITS =
            new MetricName("commit-total", "consumer-coordinator-metrics", "", Map.of());

    private final ScriptedConsumer consumer = ScriptedConsumer.of("orders");
    private double commits;

    private Harness harness() {
        consumer.counters.put(COMMITS, new Metric() {
            @Override
            public MetricName metricName() {
                return COMMITS;
            }

            @Override
            public Object metricValue() {
                return commits;
            }
        });
        Harness harness = new Harness(consumer, "orders");
        harness.source.open(harness.listener);
        consumer.rebalance(List.of(Harness.K0));
        return harness;
    }

    @Test
    void poll_consumerCommittedByItself_stops() {
        Harness harness = harness();
        harness.poll();
        commits++;

        BurrowException e = catchThrowableOfType(BurrowException.class, harness::poll);

        assertThat(e.code()).isEqualTo(ErrorCode.AUTO_COMMIT_ON);
    }

    @Test
    void poll_afterOwnCommits_goesOn() {
        Harness harness = harness();
        for (int i = 0; i < 3; i++) {
            harness.committer().commit(point(P0, i), Duration.ofSeconds(1));
            commits++;
            assertThatCode(harness::poll).doesNotThrowAnyException();
        }
    }

    @Test
    void poll_ownCommitUnderWay_isNotTakenForAForeignOne() {
        Harness harness = harness();
        harness.committer().commitAsync(point(P0, 1), Duration.ofSeconds(1), result -> {});
        harness.poll();
        commits++;
        harness.poll();
        consumer.callbacks.get(0).onComplete(Map.of(), null);

        assertThatCode(harness::poll).doesNotThrowAnyException();
    }

    @Test
    void poll_lateAnswerToACommitThatTimedOut_isNotTakenForAForeignOne() {
        Harness harness = harness();
        consumer.commitFailure = offsets -> new TimeoutException("late");
        harness.committer().commit(point(P0, 1), Duration.ofSeconds(1));
        harness.poll();
        commits++;
        assertThatCode(harness::poll).doesNotThrowAnyException();

        harness.pass(Duration.ofNanos(AutoCommitWatch.QUIET_NANOS));
        commits++;
        assertThat(catchThrowableOfType(BurrowException.class, harness::poll)).isNotNull();
    }

    /** A client that counts under another name would go unnoticed. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void metric_existsInTheRealClient(String protocol) {
        try (var real = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", "localhost:1", "group.id", "g", "group.protocol", protocol),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            assertThat(real.metrics().keySet())
                    .anyMatch(name ->
                            name.name().equals(COMMITS.name()) && name.group().equals(COMMITS.group()));
        }
    }
}
