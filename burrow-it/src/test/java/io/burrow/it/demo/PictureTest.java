package io.burrow.it.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {

    private static final Picture BLOCKS = new Picture(true, false);
    private static final Picture ASCII = new Picture(false, false);

    @Test
    void render_gap_drawsEachKindOfRecord() {
        PartitionView partition = partition(
                100,
                110,
                List.of(Cell.RETRYING, Cell.DONE, Cell.DONE, Cell.RUNNING, Cell.DONE, Cell.PARKED, Cell.WAITING));

        String text = BLOCKS.render(view(List.of(partition)), 100);

        assertThat(text.lines().toList().get(1)).matches(" {4}3 █+r▓▓░▓p···· +  committed 90  above the gap 3");
    }

    @Test
    void render_withoutUnicode_isAscii() {
        PartitionView partition = partition(100, 104, List.of(Cell.RUNNING, Cell.DONE));

        String text = ASCII.render(view(List.of(partition)), 100);

        assertThat(text).matches("[\\x20-\\x7e\\n]+");
        assertThat(text).contains("#o+..");
    }

    @Test
    void render_colours_changeNothingElse() {
        View view = view(List.of(partition(100, 110, List.of(Cell.RETRYING, Cell.DONE, Cell.RUNNING))));

        String coloured = new Picture(true, true).render(view, 100);

        assertThat(coloured).contains("\u001b[1;35mr\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(BLOCKS.render(view, 100));
    }

    @Test
    void render_nothingCommitted_saysSo() {
        PartitionView partition = new PartitionView(0, -1, 0, 5, List.of());

        assertThat(BLOCKS.render(view(List.of(partition)), 100))
                .contains("0 ·····  ")
                .contains("committed -");
    }

    @Test
    void render_noPartitions_hasNoBar() {
        assertThat(BLOCKS.render(view(List.of()), 120).lines()).hasSize(2);
    }

    @Test
    void render_manyRecords_showsASingleOneThatRetries() {
        List<Cell> cells = new ArrayList<>(Collections.nCopies(5_000, Cell.DONE));
        cells.set(0, Cell.RETRYING);

        String text = BLOCKS.render(view(List.of(partition(100_000, 105_000, cells))), 100);

        assertThat(text.lines().toList().get(1)).containsPattern("█r▓+ ");
        assertThat(text).contains("one cell is 256 records");
    }

    @Test
    void render_fewerBelowTheCommitPointThanTheLead_drawsNoMore() {
        String text = BLOCKS.render(view(List.of(partition(2, 4, List.of(Cell.RUNNING, Cell.DONE)))), 100);

        assertThat(text.lines().toList().get(1)).startsWith("    3 ██░▓ ");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 41, 60, 80, 100, 132, 160})
    void render_anything_fitsTheWidth(int width) {
        long seed = 7;
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            List<PartitionView> partitions = new ArrayList<>();
            for (int number = random.nextInt(5); number > 0; number--) {
                int size = random.nextInt(random.nextBoolean() ? 10 : 10_000);
                List<Cell> cells = random.ints(size, 0, Cell.values().length)
                        .mapToObj(ordinal -> Cell.values()[ordinal])
                        .toList();
                long commitPoint = random.nextInt(1_000_000);
                partitions.add(partition(commitPoint, commitPoint + size + random.nextInt(1_000), cells));
            }
            assertThat(BLOCKS.render(view(partitions), width).lines())
                    .as("seed %d, round %d", seed, i)
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
        }
    }

    private static PartitionView partition(long commitPoint, long end, List<Cell> cells) {
        return new PartitionView(3, commitPoint - 10, commitPoint, end, cells);
    }

    private static View view(List<PartitionView> partitions) {
        return new View(Duration.ofMillis(2_500), 1_234.5, 3_000, 200, 100, partitions);
    }
}
