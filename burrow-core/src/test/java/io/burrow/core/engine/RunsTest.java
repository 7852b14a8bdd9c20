package io.burrow.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.burrow.api.spi.SourceRecord;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.LaneTable;
import io.burrow.core.schedule.ReadyQueue;
import io.burrow.core.schedule.Slots;
import io.burrow.core.schedule.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is collected comes out in the order it came in, each record once, however it is put together. */
class RunsTest {
    private final Assignment assignment = new RaceRig(RaceRig.RETRIES).assignment;
    private final SourceRecord<?, ?> record = new RaceRig(RaceRig.RETRIES).delivery.record();

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyMixture_comesOutInOrder(long seed) {
        Random random = new Random(seed);
        ReadyQueue ready = new ReadyQueue();
        boolean joins = random.nextBoolean();
        Runs runs = new Runs(ready, joins);
        LaneTable table = new LaneTable();
        List<Lane> lanes = List.of(table.lane("a"), table.lane("b"));
        Batch batch = new Batch(assignment, 100, 0, 0);
        List<Object> expected = new ArrayList<>();
        List<Object> seen = new ArrayList<>();
        long sequence = 100;
        int kinds = 1 + random.nextInt(4);
        for (int i = random.nextInt(400); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> sequence++; // finished before
                case 1 -> {
                    if (random.nextInt(20) == 0) {
                        batch = new Batch(assignment, sequence, 0, 0);
                    }
                }
                default -> {
                    switch (random.nextInt(kinds)) {
                        case 0 -> {
                            runs.add(batch, sequence, record);
                            expected.add(sequence);
                        }
                        case 1 -> {
                            runs.add(new Delivery(batch, sequence, record, null));
                            expected.add(sequence);
                        }
                        default -> {
                            Lane lane = lanes.get(random.nextInt(2));
                            runs.add(lane);
                            expected.add(lane);
                        }
                    }
                    sequence++;
                }
            }
            if (random.nextInt(50) == 0) {
                runs.flush();
                drain(ready, seen);
                assertThat(seen).isEqualTo(expected);
            }
        }
        runs.flush();
        drain(ready, seen);
        assertThat(seen).isEqualTo(expected);
        assertThat(ready.size()).isZero();
    }

    private static void drain(ReadyQueue ready, List<Object> seen) {
        for (Unit unit = ready.poll(null); unit != null; unit = ready.poll(null)) {
            if (unit instanceof Slots slots) {
                int before = slots.lane().due();
                slots.claim();
                assertThat(slots.lane().due() - before).isBetween(2, 16);
                for (int i = slots.lane().due() - before; i > 0; i--) {
                    seen.add(slots.lane());
                }
            } else {
                seen.add(unit instanceof Delivery delivery ? delivery.sequence() : unit);
            }
        }
    }
}
