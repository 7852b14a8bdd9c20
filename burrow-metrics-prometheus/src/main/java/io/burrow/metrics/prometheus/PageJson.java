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
    /** More rows than a person looks at; the worst are chosen. */
    static final int MOST_PARTITIONS = 200;

    /** At least one for each row. */
    static final int MOST_WAITING = MOST_PARTITIONS;

    private PageJson() {}

    static byte[] of(List<Look> looks, long atMillis, long everyMillis) {
        Json json = new Json()
                .object()
                .field("atMillis", atMillis)
                .field("everyMillis", everyMillis)
                .name("burrows")
                .array();
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
        List<PageRow> all = rows(inspection, health);
        json.field("partitionCount", all.size());
        totals(json, all);
        List<PageRow> worst =
                all.stream().sorted(PageRow.WORST_FIRST).limit(MOST_PARTITIONS).toList();
        json.name("partitions").array();
        worst.stream()
                .sorted(Comparator.comparing(row -> row.stats().partition()))
                .forEach(row -> partition(json, row));
        json.endArray().name("waiting").array();
        waiting(json, worst);
        json.endArray();
    }

    private static List<PageRow> rows(Inspection inspection, @Nullable Health health) {
        Map<TopicPartition, String> details = new HashMap<>();
        if (health != null) {
            health.partitions().forEach(each -> details.put(each.partition(), each.detail()));
        }
        Map<TopicPartition, List<Part>> gaps = new HashMap<>();
        for (Gap gap : inspection.gaps()) {
            gaps.put(gap.partition(), gap.parts());
        }
        Map<TopicPartition, List<WaitingRecord>> waiting = new HashMap<>();
        for (WaitingRecord record : inspection.waiting()) {
            waiting.computeIfAbsent(record.partition(), partition -> new ArrayList<>())
                    .add(record);
        }
        return inspection.stats().partitions().values().stream()
                .map(stats -> PageRow.of(
                        stats,
                        details.getOrDefault(stats.partition(), ""),
                        gaps.getOrDefault(stats.partition(), List.of()),
                        waiting.getOrDefault(stats.partition(), List.of()),
                        health))
                .toList();
    }

    /** Of all partitions, also those that are not shown. */
    private static void totals(Json json, List<PageRow> all) {
        long lag = -1;
        PartitionStats oldest = null;
        int heldUp = 0;
        for (PageRow row : all) {
            PartitionStats stats = row.stats();
            if (stats.lag() >= 0) {
                lag = Math.max(0, lag) + stats.lag();
            }
            if (stats.inFlight() > 0 && (oldest == null || stats.oldestAge().compareTo(oldest.oldestAge()) > 0)) {
                oldest = stats;
            }
            heldUp += row.isHeldUp() ? 1 : 0;
        }
        json.name("totals")
                .object()
                .field("lag", lag)
                .field("oldest", oldest == null ? null : oldest.partition() + "@" + oldest.commitPoint())
                .field(
                        "oldestAgeMillis",
                        oldest == null ? 0 : oldest.oldestAge().toMillis())
                .field("heldUp", heldUp)
                .endObject();
    }

    private static void partition(Json json, PageRow row) {
        json.object();
        StatsJson.partition(json, row.stats());
        json.field("how", PartitionHealth.stateOf(row.stats().blocked()))
                .field("trouble", row.trouble())
                .field("detail", row.detail())
                .field("advice", Advice.on(row.stats().blocked()))
                .field("strip", strip(row.gap()))
                .endObject();
    }

    /** The first of each row, so that none lacks the one that holds it; then the second of each, and so on. */
    private static void waiting(Json json, List<PageRow> rows) {
        int left = MOST_WAITING;
        for (int i = 0; i < Inspection.MOST_WAITING && left > 0; i++) {
            for (PageRow row : rows) {
                if (i < row.waiting().size() && left > 0) {
                    waiting(json, row.waiting().get(i), row.gap());
                    left--;
                }
            }
        }
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

    private static void waiting(Json json, WaitingRecord record, List<Part> gap) {
        json.object();
        StatsJson.position(json, record.partition());
        json.field("offset", record.offset())
                .field("waitsFor", record.waitsFor())
                .field("attempts", record.attempts())
                .field("ageMillis", record.age().toMillis())
                .field("dueInMillis", record.dueIn().toMillis())
                .field("errorClass", record.errorClass())
                .field("part", part(gap, record.offset()))
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
