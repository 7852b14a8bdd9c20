package io.burrow.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DataTest {

    @Test
    void withoutKeys_recordsFillAllPartitionsAlike() {
        Map<Integer, Integer> counts = new HashMap<>();
        records(Data.of(16_000)).forEach(each -> {
            assertThat(each.key()).isNull();
            assertThat(each.value()).hasSize(100);
            counts.merge(each.partition(), 1, Integer::sum);
        });

        assertThat(counts)
                .hasSize(8)
                .allSatisfy((partition, count) -> assertThat(count).isEqualTo(2_000));
    }

    @Test
    void keys_stayInTheirPartition() {
        Map<ByteBuffer, Set<Integer>> partitions = new HashMap<>();
        records(Data.of(20_000).keyed(Keys.of(100)))
                .forEach(each -> partitions
                        .computeIfAbsent(ByteBuffer.wrap(each.key()), none -> new HashSet<>())
                        .add(each.partition()));

        assertThat(partitions)
                .hasSize(100)
                .allSatisfy((key, places) -> assertThat(places).hasSize(1));
        assertThat(partitions.values().stream().flatMap(Set::stream).distinct()).hasSize(8);
    }

    @Test
    void zipf_theFirstKeyComesMost_andTheTenthATenthAsOften() {
        Map<ByteBuffer, Integer> counts = new HashMap<>();
        Keys keys = Keys.zipf(1_000);
        records(Data.of(200_000).keyed(keys))
                .forEach(each -> counts.merge(ByteBuffer.wrap(each.key()), 1, Integer::sum));

        byte[][] bytes = keys.bytes();
        int first = counts.get(ByteBuffer.wrap(bytes[0]));
        int tenth = counts.get(ByteBuffer.wrap(bytes[9]));
        assertThat(first)
                .isEqualTo(counts.values().stream().mapToInt(each -> each).max().orElseThrow());
        // the records follow from a fixed seed
        assertThat((double) first / tenth).isBetween(9.0, 11.0);
    }

    @Test
    void sizeAndPartitions_areAsAsked() {
        List<ProducerRecord<byte[], byte[]>> records =
                records(Data.of(10).sized(1_000).in(1));

        assertThat(records).hasSize(10).allMatch(each -> each.partition() == 0 && each.value().length == 1_000);
    }

    @Test
    void over_endsEarly() {
        List<Long> seen = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> each : Data.of(1_000).records("t", () -> seen.size() == 3)) {
            seen.add((long) each.partition());
        }

        assertThat(seen).hasSize(3);
    }

    private static List<ProducerRecord<byte[], byte[]>> records(Data data) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        data.records("t", () -> false).forEach(records::add);
        return records;
    }
}
