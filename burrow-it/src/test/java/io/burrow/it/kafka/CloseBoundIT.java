package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.it.broker.Await;
import io.burrow.it.broker.BrokerProcess;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who closes says goodbye to the group, and waits for an answer that does not come. */
@Timeout(180)
class CloseBoundIT {
    private static final Duration TIME = Duration.ofSeconds(1);

    /** What a busy machine adds. */
    private static final Duration SLOW = Duration.ofSeconds(8);

    /**
     * What the client adds under the consumer protocol: its own thread, which gives up what is waited for, wakes every
     * five seconds while brokers are silent, and looks at the time that it was when it woke before.
     */
    private static final Duration CLIENT_LATE = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource(names = {"CLASSIC_COOPERATIVE", "CONSUMER"})
    void brokerFrozen_thenGone_closeReturnsWithinItsTime(GroupProtocol protocol) {
        try (BrokerProcess broker = BrokerProcess.start();
                Scene scene = Scene.on(broker, protocol, 1)) {
            PolledSource first = new PolledSource(scene.source());
            PolledSource second = new PolledSource(scene.source());
            first.open();
            second.open();
            Await.until("a partition with each", Scene.LIMIT, () -> {
                first.poll();
                second.poll();
                return first.owned.size() == 1 && second.owned.size() == 1;
            });
            Queue<CommitResult> told = new ConcurrentLinkedQueue<>();

            broker.pause();
            first.source()
                    .committer()
                    .commitAsync(Map.of(first.owned.iterator().next(), CommitPoint.of(3)), Scene.LIMIT, told::add);
            close("frozen", first, protocol == GroupProtocol.CONSUMER ? CLIENT_LATE : Duration.ZERO);
            assertThat(told)
                    .as("what is told of the commit without an answer")
                    .singleElement()
                    .satisfies(result -> {
                        assertThat(PolledSource.all(result, CommitOutcome.COMMITTED))
                                .isFalse();
                    });

            broker.kill();
            close("gone", second, Duration.ZERO);
        }
    }

    private static void close(String what, PolledSource source, Duration late) {
        ExecutorService closing = Executors.newSingleThreadExecutor();
        try {
            Future<?> close = closing.submit(() -> source.source().close(TIME));
            Await.until("the close while the broker is " + what, TIME.plus(SLOW).plus(late), close::isDone);
        } finally {
            closing.shutdownNow();
        }
    }
}
