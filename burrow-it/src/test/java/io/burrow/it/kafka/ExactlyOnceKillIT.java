package io.burrow.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.it.broker.EmbeddedKafka;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process is killed ({@code SIGKILL}) in the middle of its transactions, and started again with the same
 * {@code transactional.id}, again and again. A reader of what is committed sees the outputs of each record once.
 *
 * <p>{@code -Dburrow.eos.kills=100} kills so many, shared out among the group protocols; {@code -Dburrow.eos.seed}
 * chooses the same points again.
 */
@ExtendWith(SharedKafka.class)
@Timeout(600)
class ExactlyOnceKillIT {
    private static final int KILLS = Integer.getInteger("burrow.eos.kills", 21);
    private static final long SEED = Long.getLong("burrow.eos.seed", System.nanoTime());
    private static final int PARTITIONS = 3;
    private static final int AHEAD = 2;
    private static final int EACH_LIFE = 250;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of all protocols. */
    private static final Map<KilledMember.Point, Integer> REACHED = new TreeMap<>();

    private static int killed;

    private final EmbeddedKafka kafka;

    ExactlyOnceKillIT(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    @BeforeAll
    static void begin() {
        REACHED.clear();
        killed = 0;
    }

    /** The points are shared out among all protocols: one may leave some out, together they may not. */
    @AfterAll
    static void killedAtEveryPoint() {
        if (killed >= 2 * KilledMember.Point.values().length) {
            assertThat(REACHED).as("kills at each point, seed %d", SEED).containsOnlyKeys(KilledMember.Point.values());
        }
    }

    @ParameterizedTest
    @EnumSource
    void killedInTheMiddleOfTransactions_eachOutputIsThereOnce(GroupProtocol protocol) throws Exception {
        int protocols = GroupProtocol.values().length;
        int kills = KILLS / protocols + (protocol.ordinal() < KILLS % protocols ? 1 : 0);
        Random random = new Random(SEED + protocol.ordinal());
        System.out.println("seed " + SEED);
        Map<KilledMember.Point, Integer> reached = new TreeMap<>();
        int late = 0;
        long began = System.nanoTime();
        try (Scene scene = Scene.on(kafka, protocol, PARTITIONS)) {
            forgetTheDeadSoon(scene, protocol);
            Receipts receipts = Receipts.on(kafka);
            KilledMember.Point[] points = KilledMember.Point.values();
            int from = (int) Math.floorMod(SEED, (long) points.length) + kills * protocol.ordinal();
            Deque<Life> ready = new ArrayDeque<>(); // some are started while others work: a start takes longer
            try {
                for (int kill = 0; kill < kills + AHEAD; kill++) {
                    if (kill < kills) {
                        ready.add(new Life(scene, receipts, protocol, points[(from + kill) % points.length], random));
                    }
                    if (kill >= AHEAD) {
                        for (int partition = 0; partition < PARTITIONS; partition++) {
                            scene.produceNumbered(partition, EACH_LIFE);
                        }
                        Life life = ready.element();
                        life.go();
                        if (life.awaitPoint(random)) {
                            reached.merge(life.point, 1, Integer::sum);
                        } else {
                            late++;
                        }
                        life.close();
                        ready.remove();
                    }
                }
                Life last = new Life(scene, receipts, protocol, KilledMember.Point.ANYWHERE, random);
                ready.add(last);
                last.go();
                scene.awaitAllCommitted();
                last.end();
            } finally {
                ready.forEach(Life::close);
            }

            receipts.assertEachOnce(PARTITIONS, (long) kills * EACH_LIFE);
            int aborted = receipts.written() - receipts.committed();
            System.out.printf(
                    "%s: %d kills in %d s, %d outputs once each, %d aborted, points %s, %d elsewhere%n",
                    protocol,
                    kills,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
                    receipts.committed(),
                    aborted,
                    reached,
                    late);
            assertThat(aborted).as("outputs of transactions that were cut off").isPositive();
            assertThat(late)
                    .as("kills elsewhere than at their point, seed %d: %s", SEED, reached)
                    .isLessThanOrEqualTo(Math.max(1, kills / 10));
            reached.forEach((point, times) -> REACHED.merge(point, times, Integer::sum));
            killed += kills;
        }
    }

    /** How long partitions of a dead member stay with it. */
    private void forgetTheDeadSoon(Scene scene, GroupProtocol protocol) throws Exception {
        if (protocol == GroupProtocol.CONSUMER) {
            ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, scene.group());
            List<AlterConfigOp> settings = List.of(
                    new AlterConfigOp(new ConfigEntry("consumer.session.timeout.ms", "1000"), AlterConfigOp.OpType.SET),
                    new AlterConfigOp(
                            new ConfigEntry("consumer.heartbeat.interval.ms", "200"), AlterConfigOp.OpType.SET));
            kafka.admin().incrementalAlterConfigs(Map.of(group, settings)).all().get();
        }
    }

    /** One process. */
    private final class Life implements AutoCloseable {
        private final KilledMember.Point point;
        private final Process process;
        private final BufferedReader lines;
        private final Writer input;

        Life(Scene scene, Receipts receipts, GroupProtocol protocol, KilledMember.Point point, Random random)
                throws IOException {
            this.point = point;
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                    "-cp",
                    System.getProperty("java.class.path").replace(':', File.pathSeparatorChar),
                    KilledMember.class.getName(),
                    receipts.topic(),
                    scene.topic(),
                    Long.toString(random.nextLong()),
                    point.name(),
                    Integer.toString(1 + random.nextInt(timesMet(point)))));
            Map<String, Object> consumer = new HashMap<>(scene.consumerProperties());
            if (protocol == GroupProtocol.CLASSIC_EAGER) {
                consumer.put("session.timeout.ms", 1_000);
            } else if (protocol == GroupProtocol.CLASSIC_COOPERATIVE) {
                consumer.put("group.instance.id", "static"); // whoever comes again has its partitions at once
            }
            consumer.forEach((name, value) -> command.add("c:" + name + "=" + value));
            command.add("p:bootstrap.servers=" + kafka.bootstrapServers());
            command.add("p:transactional.id=" + scene.topic());
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            this.process = builder.start();
            this.lines = process.inputReader(StandardCharsets.UTF_8);
            this.input = process.outputWriter(StandardCharsets.UTF_8);
        }

        /** How often a life meets a point for sure: it may have done all there is in two transactions, or in one. */
        private static int timesMet(KilledMember.Point point) {
            return switch (point) {
                case BEFORE_SEND, AFTER_SEND -> 60;
                case AFTER_COMMIT -> 1;
                default -> 2;
            };
        }

        void go() throws IOException {
            say("go");
            await("started");
        }

        /** Whether it came to its point; a point that is not reached because all work is done is no failure. */
        boolean awaitPoint(Random random) throws IOException {
            if (point == KilledMember.Point.ANYWHERE) {
                LockSupport.parkNanos(random.nextLong(600_000_000));
                return true;
            }
            CompletableFuture<Boolean> at = CompletableFuture.supplyAsync(() -> {
                try {
                    await("at");
                    return true;
                } catch (IOException e) {
                    return false; // it was killed
                }
            });
            try {
                return at.get(10, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /** Ends it in peace. */
        void end() throws Exception {
            say("close");
            await("closed");
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        private void say(String line) throws IOException {
            input.write(line + "\n");
            input.flush();
        }

        private void await(String line) throws IOException {
            String read = lines.readLine();
            while (read != null && !read.equals(line)) {
                read = lines.readLine();
            }
            if (read == null) {
                throw new IOException("the process ended before it said " + line);
            }
        }

        /** Kills it, and returns when it is dead. */
        @Override
        public void close() {
            process.destroyForcibly();
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException("it cannot be killed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
