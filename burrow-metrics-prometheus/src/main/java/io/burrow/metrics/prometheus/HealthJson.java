package io.burrow.metrics.prometheus;

import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.Health;
import io.burrow.metrics.prometheus.WatchedBurrows.Look;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the probes answer: whether every Burrow lives, or takes part, and of each how it is. */
final class HealthJson {
    /** Which of the two questions. */
    enum Probe {
        LIVE,
        READY;

        /**
         * Alive unless known to be dead: to restart a process because it was slow to say so would only do harm. Ready
         * if known to be.
         */
        boolean isYes(Look look) {
            Health health = look.health().answer();
            if (health == null) {
                return this == LIVE;
            }
            return this == LIVE
                    ? health.live()
                    : health.ready() && look.health().answers();
        }

        /**
         * A process without a Burrow is alive, and takes no part yet. What somebody closed does not count, unless there
         * is nothing else.
         */
        boolean isYes(List<Look> looks) {
            List<Look> open = looks.stream()
                    .filter(look -> look.state() != BurrowState.CLOSED)
                    .toList();
            return (this == LIVE || !open.isEmpty()) && open.stream().allMatch(this::isYes);
        }
    }

    private HealthJson() {}

    static byte[] of(Probe probe, List<Look> looks) {
        Json json = new Json().object();
        json.field(TagValues.of(probe), probe.isYes(looks)).name("burrows").array();
        for (Look look : looks) {
            json.object()
                    .field("name", look.name())
                    .field("state", look.state())
                    .field("answers", look.health().answers());
            health(json, look.health().answer());
            json.endObject();
        }
        return json.endArray().endObject().bytes();
    }

    /** The fields of a health but for its partitions; of one that is not known the least that can be said. */
    static void health(Json json, @Nullable Health health) {
        if (health == null) {
            json.field("status", (String) null).field("live", true).field("ready", false);
            json.name("problems").array().endArray().field("problemCount", 0).field("cause", (String) null);
            return;
        }
        json.field("status", health.status()).field("live", health.live()).field("ready", health.ready());
        json.name("problems").array();
        health.problems().forEach(json::value);
        json.endArray().field("problemCount", health.problemCount()).name("cause");
        cause(json, health.cause());
    }

    /** Burrow's own message, which names positions and classes; never that of the exception beneath. */
    private static void cause(Json json, @Nullable BurrowException cause) {
        if (cause == null) {
            json.value(null);
            return;
        }
        json.object()
                .field("code", cause.code().name())
                .field("message", cause.getMessage())
                .field("action", cause.code().action());
        Throwable beneath = cause.getCause();
        json.field("errorClass", beneath == null ? null : beneath.getClass().getName())
                .endObject();
    }
}
