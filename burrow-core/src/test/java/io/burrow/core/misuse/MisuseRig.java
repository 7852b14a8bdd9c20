package io.burrow.core.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.core.Burrow;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.testing.SteppedBurrow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** What the tests of misuse share: who notes what was told, and parts to break. */
abstract class MisuseRig extends EngineRig {
    /** What was told to a listener, each time. */
    final List<BurrowException> errors = Collections.synchronizedList(new ArrayList<>());

    final BurrowListener noting = new BurrowListener() {
        @Override
        public void error(BurrowException error) {
            errors.add(error);
        }
    };

    /** Asserts that the health names the culprit, once, however often it did it. */
    static void assertReportedOnce(Burrow<?, ?> burrow, ErrorCode code, String culprit) {
        assertThat(burrow.health().problems())
                .filteredOn(problem -> problem.startsWith(code.name()) && problem.contains(culprit))
                .hasSize(1);
    }

    static void assertReportedOnce(SteppedBurrow<?, ?> burrow, ErrorCode code, String culprit) {
        assertReportedOnce(burrow.burrow(), code, culprit);
    }

    interface Answer {
        CommitResult to(Map<TopicPartition, CommitPoint> points);
    }

    static OffsetCommitter committer(Answer answer) {
        return new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                return answer.to(points);
            }

            @Override
            public int metadataLimit() {
                return 0;
            }
        };
    }
}
