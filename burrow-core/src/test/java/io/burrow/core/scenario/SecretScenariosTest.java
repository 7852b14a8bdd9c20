package io.burrow.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.AsyncMessageHandler;
import io.burrow.api.BurrowConfig;
import io.burrow.api.BurrowException;
import io.burrow.api.BurrowState;
import io.burrow.api.ExhaustedAction;
import io.burrow.api.Header;
import io.burrow.api.Headers;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.BurrowListener;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import io.burrow.api.spi.DeadLetterSink;
import io.burrow.api.spi.Failure;
import io.burrow.api.spi.MessageSource;
import io.burrow.api.spi.OffsetCommitter;
import io.burrow.api.spi.RetryDecision;
import io.burrow.api.spi.Sizer;
import io.burrow.core.KeptLog;
import io.burrow.core.engine.Engine;
import io.burrow.core.engine.EngineRig;
import io.burrow.core.engine.Extensions;
import io.burrow.core.testing.SteppingWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What reaches a log: a row of the list of bugs that peers had. */
class SecretScenariosTest extends EngineRig {
    private static final String SECRET = "s3cret";

    private final List<String> told = new ArrayList<>();

    private static IllegalStateException secret() {
        return new IllegalStateException(SECRET);
    }

    /** Tells what it is told, as a listener that logs would, and throws at times. */
    private final class Teller implements BurrowListener {
        @Override
        public void assigned(Collection<TopicPartition> partitions) {
            throw secret();
        }

        @Override
        public void attemptFailed(Failure failure, RetryDecision decision, Duration delay) {
            told.add(failure + " " + decision);
        }

        @Override
        public void deadLetter(Failure failure, @Nullable Throwable error) {
            told.add(failure.toString());
        }

        @Override
        public void committed(Map<TopicPartition, CommitPoint> points, CommitResult result, long nanos) {
            told.add(points + " " + result);
        }

        @Override
        public void error(BurrowException error) {
            told.add(String.valueOf(error.getMessage()));
        }
    }

    @Test
    void s34_whateverFails_noKeyNoValueNoHeaderAndNoMessageOfTheUsersIsLogged() {
        MessageSource<String, String> source = broker.source("g", List.of("t"));
        boolean[] refuse = {true};
        OffsetCommitter committer = new OffsetCommitter() {
            @Override
            public CommitResult commit(Map<TopicPartition, CommitPoint> points, Duration timeout) {
                if (refuse[0]) {
                    throw secret();
                }
                return source.committer().commit(points, timeout);
            }

            @Override
            public int metadataLimit() {
                return 100;
            }
        };
        int[] sends = {0};
        DeadLetterSink<String, String> sink = letter -> {
            told.add(letter.toString());
            if (++sends[0] < 3) {
                throw secret();
            }
            return CompletableFuture.completedFuture(null);
        };
        AsyncMessageHandler<String, String> handler = message -> switch ((int) message.offset() % 6) {
            case 0 -> throw secret();
            case 1 -> CompletableFuture.failedFuture(secret());
            case 2 -> new CompletableFuture<>();
            default -> AsyncMessageHandler.done();
        };
        Sizer<String, String> sizer = record -> {
            throw secret();
        };
        BurrowConfig config = BurrowConfig.builder()
                .errorThreshold(20)
                .onExhausted(ExhaustedAction.AUTO)
                .stuckAfter(Duration.ofSeconds(10))
                .breakerFailurePercent(90)
                .retryPolicy(failure -> {
                    if (failure.offset() % 4 == 0) {
                        throw secret();
                    }
                    return failure.attempt() < 3 ? RetryDecision.RETRY : RetryDecision.GIVE_UP;
                })
                .backoff((failure, random) -> {
                    throw secret();
                })
                .build();
        for (int i = 0; i < 30; i++) {
            broker.produce("t", 0, SECRET + i, SECRET, Headers.of(new Header(SECRET, SECRET.getBytes())), -1);
        }
        broker.produceUndecodable("t", 0, SECRET);
        broker.setCommitted("g", P0, new CommitPoint(0, -1, SECRET));

        RandomGenerator random = new Random(1);
        SteppingWorkers workers = new SteppingWorkers(clock, new Random(1));
        Engine<String, String> engine = new Engine<>(
                new Extensions<>(source, committer, handler, null, true, sink, sizer, List.of(new Teller())),
                config,
                clock,
                workers,
                () -> random,
                new KeptLog(told),
                (from, to) -> {});
        engine.open();
        for (int i = 0; i < 300; i++) {
            engine.turn(false);
            for (int step = 0; step < 50; step++) {
                workers.step();
            }
            clock.advance(Duration.ofMillis(500));
            if (i == 100) {
                told.add(engine.parked() + " " + engine.stats() + " " + engine.health());
                refuse[0] = false;
                broker.faults().expire(member());
            }
            if (i == 200) {
                broker.faults().failNextPoll(member(), secret());
            }
        }
        assertThat(engine.state()).isEqualTo(BurrowState.FAILED);
        told.add(engine.health().problems() + " " + engine.cause());

        assertThat(told)
                .hasSizeGreaterThan(50)
                .anyMatch(line -> line.contains("exhausted t-0@") && line.contains("attempts="));
        assertThat(told).allSatisfy(line -> assertThat(line).doesNotContain(SECRET));
    }
}
