package io.burrow.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowState;
import io.burrow.api.Health;
import io.burrow.api.Inspection;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.metrics.prometheus.Latest.Reading;
import io.burrow.metrics.prometheus.WatchedBurrows.Look;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The names of {@code /stats} are API: a test that has to be changed for a name that is gone breaks somebody. */
class StatsJsonTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 3);

    private static Look look(@Nullable Inspection inspection, boolean answers) {
        Health health = new Health(Health.Status.READY, BurrowState.RUNNING, true, true, List.of(), List.of(), null);
        return new Look(
                "shop",
                BurrowState.RUNNING,
                new Reading<>(health, 0, null, true),
                new Reading<>(inspection, 34, null, answers));
    }

    private static Inspection inspection() {
        ScriptedControl burrow = new ScriptedControl("shop");
        burrow.partitions.put(
                PARTITION,
                new PartitionStats(
                        PARTITION,
                        101,
                        102,
                        103,
                        104,
                        105,
                        106,
                        107,
                        Duration.ofMillis(108),
                        BlockedReason.SPAN_FULL,
                        150));
        burrow.partitions.put(
                new TopicPartition("orders", 1),
                new PartitionStats(
                        new TopicPartition("orders", 1), -1, 0, 0, 0, 0, 0, 0, Duration.ZERO, BlockedReason.NONE));
        return new Inspection(burrow.stats(), List.of(), List.of());
    }

    private static JsonNode written(Look... looks) throws Exception {
        return new ObjectMapper().readTree(StatsJson.of(List.of(looks)));
    }

    @Test
    void names_areThese() throws Exception {
        JsonNode burrow = written(look(inspection(), true)).get("burrows").get(0);

        assertThat(burrow.fieldNames()).toIterable().contains("name", "state", "answers", "ageMillis", "stats");
        JsonNode stats = burrow.get("stats");
        String[] counts = {
            "processed",
            "failed",
            "retried",
            "skipped",
            "deadLettered",
            "deadLetterFailures",
            "abandoned",
            "commits",
            "commitFailures",
            "rebalances",
            "positionResets",
            "activeWorkers",
            "queued",
            "inFlight",
            "inFlightBytes",
            "retrying",
            "parked",
            "concurrencyLimit"
        };
        for (int i = 0; i < counts.length; i++) {
            assertThat(stats.path(counts[i]).asLong()).as(counts[i]).isEqualTo(1_001 + i);
        }
        JsonNode partition = stats.get("partitions").get(1);
        assertThat(partition.path("topic").asText()).isEqualTo("orders");
        assertThat(partition.path("partition").asInt(-1)).isEqualTo(3);
        String[] held = {
            "committed",
            "commitPoint",
            "endPosition",
            "inFlight",
            "finishedAboveGap",
            "retrying",
            "parked",
            "oldestAgeMillis"
        };
        for (int i = 0; i < held.length; i++) {
            assertThat(partition.path(held[i]).asLong()).as(held[i]).isEqualTo(101 + i);
        }
        assertThat(partition.path("span").asLong()).isEqualTo(209);
        assertThat(partition.path("logEndOffset").asLong()).isEqualTo(150);
        assertThat(partition.path("lag").asLong()).isEqualTo(48);
        assertThat(partition.path("unfinishedLag").asLong()).isEqualTo(151);
        assertThat(partition.path("blocked").asText()).isEqualTo("span_full");
        assertThat(burrow.path("state").asText()).isEqualTo("running");
        assertThat(burrow.path("ageMillis").asLong()).isEqualTo(34);
    }

    @Test
    void everythingThatStatsHave_isTold() throws Exception {
        JsonNode stats = written(look(inspection(), true)).get("burrows").get(0).get("stats");
        assertThat(stats.fieldNames())
                .toIterable()
                .contains(Arrays.stream(Stats.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toArray(String[]::new));
        assertThat(stats.get("partitions").get(0).fieldNames())
                .toIterable()
                .contains("topic")
                .contains(Arrays.stream(PartitionStats.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .map(name -> name.equals("oldestAge") ? "oldestAgeMillis" : name)
                        .toArray(String[]::new));
    }

    @Test
    void partitions_areInOrder() throws Exception {
        JsonNode partitions = written(look(inspection(), true)).at("/burrows/0/stats/partitions");
        assertThat(partitions.get(0).get("partition").asInt()).isEqualTo(1);
        assertThat(partitions.get(1).get("partition").asInt()).isEqualTo(3);
    }

    @Test
    void oneThatNeverAnswered_hasNoStats_andSaysSo() throws Exception {
        JsonNode burrow = written(look(null, false)).at("/burrows/0");
        assertThat(burrow.get("answers").asBoolean(true)).isFalse();
        assertThat(burrow.get("stats").isNull()).isTrue();
    }
}
