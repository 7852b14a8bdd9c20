package io.burrow.metrics.prometheus;

import io.burrow.api.Inspection;
import io.burrow.api.PartitionStats;
import io.burrow.api.Stats;
import io.burrow.api.TopicPartition;
import io.burrow.metrics.prometheus.WatchedBurrows.Look;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * What {@code /stats} answers. Its names are stable: one may be added, none is renamed or removed. They are those of
 * {@link Stats} and {@link PartitionStats}.
 */
final class StatsJson {
    private StatsJson() {}

    static byte[] of(List<Look> looks) {
        Json json = new Json().object().name("burrows").array();
        for (Look look : looks) {
            json.object();
            head(json, look);
            Inspection inspection = look.inspection().answer();
            json.name("stats");
            if (inspection == null) {
                json.value(null);
            } else {
                Stats stats = inspection.stats();
                json.object();
                counts(json, stats);
                json.name("partitions");
                partitions(json, inOrder(stats));
                json.endObject();
            }
            json.endObject();
        }
        return json.endArray().endObject().bytes();
    }

    /** What is known of a Burrow without its answer, and whether it answers. */
    static void head(Json json, Look look) {
        json.field("name", look.name())
                .field("state", look.state())
                .field("answers", look.answers())
                .field("ageMillis", look.inspection().ageMillis());
    }

    static Collection<PartitionStats> inOrder(Stats stats) {
        return new TreeMap<>(stats.partitions()).values();
    }

    static void counts(Json json, Stats stats) {
        json.field("processed", stats.processed())
                .field("failed", stats.failed())
                .field("retried", stats.retried())
                .field("skipped", stats.skipped())
                .field("deadLettered", stats.deadLettered())
                .field("deadLetterFailures", stats.deadLetterFailures())
                .field("abandoned", stats.abandoned())
                .field("commits", stats.commits())
                .field("commitFailures", stats.commitFailures())
                .field("rebalances", stats.rebalances())
                .field("positionResets", stats.positionResets())
                .field("activeWorkers", stats.activeWorkers())
                .field("queued", stats.queued())
                .field("inFlight", stats.inFlight())
                .field("inFlightBytes", stats.inFlightBytes())
                .field("retrying", stats.retrying())
                .field("parked", stats.parked())
                .field("concurrencyLimit", stats.concurrencyLimit());
    }

    private static void partitions(Json json, Collection<PartitionStats> partitions) {
        json.array();
        for (PartitionStats each : partitions) {
            json.object();
            partition(json, each);
            json.endObject();
        }
        json.endArray();
    }

    static void partition(Json json, PartitionStats stats) {
        position(json, stats.partition());
        json.field("committed", stats.committed())
                .field("commitPoint", stats.commitPoint())
                .field("endPosition", stats.endPosition())
                .field("inFlight", stats.inFlight())
                .field("finishedAboveGap", stats.finishedAboveGap())
                .field("span", stats.span())
                .field("retrying", stats.retrying())
                .field("parked", stats.parked())
                .field("oldestAgeMillis", stats.oldestAge().toMillis())
                .field("blocked", stats.blocked())
                .field("logEndOffset", stats.logEndOffset())
                .field("lag", stats.lag())
                .field("unfinishedLag", stats.unfinishedLag());
    }

    static void position(Json json, TopicPartition partition) {
        json.field("topic", partition.topic()).field("partition", partition.partition());
    }
}
