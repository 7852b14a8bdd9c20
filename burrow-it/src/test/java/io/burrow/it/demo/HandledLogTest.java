package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandledLogTest {

    private final HandledLog log = new HandledLog();

    @Test
    void lost_recordNeverDone_counts() {
        handle(0, 0);
        log.started(0, 1);
        handle(0, 2);

        assertThat(log.lost(Map.of(0, 3L, 1, 2L))).isEqualTo(3);
        assertThat(log.done()).isEqualTo(2);
    }

    @Test
    void lost_allDone_isZero() {
        handle(0, 1);
        handle(0, 0);
        handle(1, 0);

        assertThat(log.lost(Map.of(0, 2L, 1, 1L))).isZero();
    }

    @Test
    void redelivered_startedMoreThanOnce_countsOnceEach() {
        log.started(0, 0);
        log.ended();
        handle(0, 0);
        log.ended();
        handle(0, 0);
        handle(0, 1);

        assertThat(log.redelivered()).isEqualTo(1);
        assertThat(log.done()).isEqualTo(2);
    }

    @Test
    void inHandlers_crash_emptiesThem() {
        log.started(0, 0);
        log.started(1, 5);
        assertThat(log.inHandlers()).isEqualTo(2);

        log.ended();

        assertThat(log.inHandlers()).isZero();
    }

    @Test
    void partitions_drawFromTheFirstRecordNotDone() {
        handle(0, 0);
        handle(0, 2);
        log.started(0, 1);
        log.started(0, 4);

        assertThat(log.partitions(Map.of(0, 9L), Map.of()))
                .containsExactly(
                        new PartitionView(0, -1, 1, 9, List.of(Cell.RUNNING, Cell.DONE, Cell.WAITING, Cell.RUNNING)));
    }

    @Test
    void note_workersLines_areBooked() {
        WorkerProcess.note("started 0 0", log);
        WorkerProcess.note("done 0 0", log);
        WorkerProcess.note("started 0 1", log);

        assertThat(log.done()).isEqualTo(1);
        assertThat(log.inHandlers()).isEqualTo(1);
    }

    @Test
    void note_otherLines_arePassedOver() {
        WorkerProcess.note("", log);
        WorkerProcess.note("done", log);
        WorkerProcess.note("something else entirely", log);

        assertThat(log.done()).isZero();
    }

    private void handle(int partition, long offset) {
        log.started(partition, offset);
        log.done(partition, offset);
    }
}
