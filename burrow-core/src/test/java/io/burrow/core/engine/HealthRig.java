package io.burrow.core.engine;

import io.burrow.api.Health;
import io.burrow.api.PartitionHealth;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;

/** Looks at the health of a Burrow, and of its first partition. */
abstract class HealthRig extends EngineRig {
    static final Duration SECOND = Duration.ofSeconds(1);

    static Health of(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().health();
    }

    static PartitionHealth first(SteppedBurrow<String, String> burrow) {
        return first(of(burrow));
    }

    static PartitionHealth first(Health health) {
        return health.partitions().stream()
                .filter(each -> each.partition().equals(P0))
                .findFirst()
                .orElseThrow();
    }
}
