package io.burrow.core.engine;

import io.burrow.api.BlockedReason;
import io.burrow.api.BurrowConfig;
import io.burrow.core.BurrowBuilder;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the scenes of settings that change have in common. */
abstract class RuntimeSettingsRig extends EngineRig {
    static final Duration SECOND = Duration.ofSeconds(1);
    static final Duration HOUR = Duration.ofHours(1);

    final List<Long> tried = new ArrayList<>();
    boolean down = true;

    interface Scene {
        void play() throws Exception;
    }

    static void change(SteppedBurrow<String, String> burrow, UnaryOperator<BurrowConfig.Builder> change) {
        burrow.burrow().reconfigure(change);
        burrow.settle();
    }

    /** Fails, while it is down; each attempt is noted. */
    BurrowBuilder<String, String> failing() {
        return handler(m -> {
            tried.add(m.offset());
            if (down) {
                throw new IllegalStateException("down");
            }
        });
    }

    void completeStarted(SteppedBurrow<String, String> burrow, int from, int to) {
        for (int i = from; i < to; i++) {
            stages.get(started.get(i)).complete(null);
        }
        burrow.settle();
    }

    static BlockedReason blocked(SteppedBurrow<String, String> burrow) {
        return burrow.burrow().stats().partitions().get(P0).blocked();
    }
}
