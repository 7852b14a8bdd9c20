package io.burrow.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitRequestsTest {
    private static Map<TopicPartition, OffsetAndMetadata> offsets(int partitions, String metadata, String... topics) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
        for (String topic : topics) {
            for (int i = 0; i < partitions; i++) {
                offsets.put(new TopicPartition(topic, i), new OffsetAndMetadata(1, metadata));
            }
        }
        return offsets;
    }

    @Test
    void bySize_small_isOneRequest() {
        assertThat(CommitRequests.bySize(offsets(1_000, "", "a"))).hasSize(1);
    }

    @Test
    void bySize_charactersOfThreeBytes_countAsThree() {
        var requests = CommitRequests.bySize(offsets(100, "\u4e00".repeat(4096), "a"));

        assertThat(requests).hasSize(2);
        assertThat(requests.stream().mapToInt(Map::size).sum()).isEqualTo(100);
    }

    @Test
    void bySize_onePartitionOverTheLimit_standsAlone() {
        assertThat(CommitRequests.bySize(offsets(2, "x".repeat(800_000), "a"))).hasSize(2);
    }

    @Test
    void halves_severalTopics_cutsBetweenThem() {
        var halves = CommitRequests.halves(offsets(3, "", "a", "b", "c"));

        assertThat(CommitRequests.topics(halves.get(0))).containsExactly("a");
        assertThat(CommitRequests.topics(halves.get(1))).containsExactly("b", "c");
    }

    @Test
    void halves_oneTopic_cutsItsPartitions() {
        var halves = CommitRequests.halves(offsets(5, "", "a"));

        assertThat(halves).extracting(Map::size).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "h\u00e9", "\u4e00\u7fff", "\ud83d\ude00!"})
    void utf8Length_isThatOfTheEncoder(String text) {
        assertThat(CommitRequests.utf8Length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
}
