package io.burrow.metrics.prometheus;

import io.burrow.api.Health;
import io.burrow.api.Inspection;
import io.burrow.api.Inspection.Gap;
import io.burrow.api.Inspection.Part;
import io.burrow.api.PartitionHealth;
import io.burrow.api.PartitionStats;
import io.burrow.api.TopicPartition;
import io.burrow.api.WaitingRecord;
import io.burrow.metrics.prometheus.WatchedBurrows.Look;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page draws. It belongs to the page and may change with it; {@link StatsJson} is the one to build on. */
final class PageJson {
    /** More rows than a person looks at; those that are held up come first. */
    static final int MOST_PARTITIONS = 200;

    static final int MOST_WAITING = 200;

    private PageJson() {}

    static byte[] of(List<Look> looks, long atMillis) {
        Json json =
                new Json().object().field("atMillis", atMillis).name("burrows").array();
        for (Look look : looks) {
            json.object();
            StatsJson.head(json, look);
            json.name("health").object();
            HealthJson.health(json, look.health().answer());
            json.endObject();
            Inspection inspection = look.inspection().answer();
            json.name("stats");
            if (inspection == null) {
                json.value(null);
            } else {
                json.object();
                StatsJson.counts(json, inspection.stats());
                json.endObject();
                partitions(json, inspection, look.health().answer());
            }
            json.endObject();
        }
        return json.endArray().endObject().bytes();
    }

    private static void partitions(Json json, Inspection inspection, @Nullable Health health) {
        List<PartitionStats> all = new ArrayList<>(StatsJson.inOrder(inspection.stats()));
        json.field("partitionCount", all.size());
        if (all.size() > MOST_PARTITIONS) {
            all.sort(Comparator.comparing(
                    each -> PartitionHealth.stateOf(each.blocked()) != PartitionHealth.State.BLOCKED));
            all = all.subList(0, MOST_PARTITIONS);
            all.sort(Comparator.comparing(PartitionStats::partition));
        }
        Map<TopicPartition, String> details = new HashMap<>();
        if (health != null) {
            health.partitions().forEach(each -> details.put(each.partition(), each.detail()));
        }
        Map<TopicPartition, List<Part>> gaps = new HashMap<>();
        for (Gap gap : inspection.gaps()) {
            gaps.put(gap.partition(), gap.parts());
        }
        json.name("partitions").array();
        for (PartitionStats each : all) {
            json.object();
            StatsJson.partition(json, each);
            json.field("how", PartitionHealth.stateOf(each.blocked()))
                    .field("detail", details.getOrDefault(each.partition(), ""))
                    .field("advice", Advice.on(each.blocked()))
                    .field("strip", strip(gaps.getOrDefault(each.partition(), List.of())))
                    .endObject();
        }
        json.endArray().name("waiting").array();
        inspection.waiting().stream().limit(MOST_WAITING).forEach(each -> waiting(json, each, gaps));
        json.endArray();
    }

    /** A digit for each part: 0 if nothing of it is finished, 9 if all is, else in between. */
    private static String strip(List<Part> parts) {
        StringBuilder strip = new StringBuilder(parts.size());
        for (Part part : parts) {
            int tenths = part.finished() == part.records() ? 9 : Math.min(8, 1 + 8 * part.finished() / part.records());
            strip.append(part.finished() == 0 ? 0 : tenths);
        }
        return strip.toString();
    }

    private static void waiting(Json json, WaitingRecord record, Map<TopicPartition, List<Part>> gaps) {
        json.object();
        StatsJson.position(json, record.partition());
        json.field("offset", record.offset())
                .field("waitsFor", record.waitsFor())
                .field("attempts", record.attempts())
                .field("ageMillis", record.age().toMillis())
                .field("dueInMillis", record.dueIn().toMillis())
                .field("errorClass", record.errorClass())
                .field("part", part(gaps.getOrDefault(record.partition(), List.of()), record.offset()))
                .endObject();
    }

    /** In which part of the strip an offset lies, or -1 if in none. */
    private static int part(List<Part> parts, long offset) {
        int part = -1;
        while (part + 1 < parts.size() && parts.get(part + 1).firstOffset() <= offset) {
            part++;
        }
        return part;
    }
}
