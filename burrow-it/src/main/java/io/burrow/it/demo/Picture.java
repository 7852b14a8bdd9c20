package io.burrow.it.demo;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes text of a view. Pure: the same view and width give the same text, of which no line is wider than the width,
 * colours not counted.
 *
 * <p>A partition's line begins a little below its commit point. All lines have one scale: as many records a cell, a
 * power of two, as it takes for what was started to fit. A cell of several records shows what most of them are, but a
 * single one that retries or is parked always shows.
 *
 * @param unicode whether block characters can be shown; ASCII ones otherwise
 * @param colours whether to use ANSI colours
 */
record Picture(boolean unicode, boolean colours) {

    private static final int NARROWEST_BAR = 8;

    String render(View view, int width) {
        List<String> lines = new ArrayList<>();
        lines.add(cut(counts(view), width));
        List<String> labels = view.partitions().stream().map(Picture::label).toList();
        int labelWidth = labels.stream().mapToInt(String::length).max().orElse(0);
        int barWidth = Math.max(NARROWEST_BAR, width - labelWidth - 8);
        int started = view.partitions().stream()
                .mapToInt(partition -> partition.cells().size())
                .max()
                .orElse(0);
        int scale = scale(started, barWidth);
        for (int i = 0; i < view.partitions().size(); i++) {
            PartitionView partition = view.partitions().get(i);
            String head = String.format(Locale.ROOT, "%5d ", partition.number());
            List<Cell> bar = bar(partition, scale, barWidth);
            String label = cut(labels.get(i), Math.max(0, width - head.length() - barWidth - 2));
            lines.add(head + drawn(bar) + " ".repeat(barWidth - bar.size()) + "  " + label);
        }
        lines.addAll(legend(scale, width));
        return String.join("\n", lines);
    }

    static String counts(View view) {
        return String.format(
                Locale.ROOT,
                "%5.1f s %,10.1f records/s   handled %,d   in flight %,d (%,d in handlers)",
                view.elapsed().toMillis() / 1_000.0,
                view.perSecond(),
                view.handled(),
                view.inFlight(),
                view.inHandlers());
    }

    /** How many records a cell stands for, so that those started take three quarters of the line at most. */
    static int scale(int started, int barWidth) {
        int room = Math.max(1, barWidth * 3 / 4 - lead(barWidth));
        int scale = 1;
        while ((long) room * scale < started) {
            scale *= 2;
        }
        return scale;
    }

    static List<Cell> bar(PartitionView partition, int scale, int barWidth) {
        List<Cell> bar = new ArrayList<>(barWidth);
        long below = (partition.commitPoint() + scale - 1) / scale;
        for (long i = Math.min(below, lead(barWidth)); i > 0; i--) {
            bar.add(Cell.COMMITTED);
        }
        List<Cell> cells = partition.cells();
        for (int from = 0; from < cells.size() && bar.size() < barWidth; from += scale) {
            bar.add(prevailing(cells.subList(from, Math.min(cells.size(), from + scale))));
        }
        long waiting = partition.endPosition() - partition.commitPoint() - cells.size();
        for (long i = (waiting + scale - 1) / scale; i > 0 && bar.size() < barWidth; i--) {
            bar.add(Cell.WAITING);
        }
        return bar;
    }

    private static int lead(int barWidth) {
        return barWidth / 5;
    }

    private static Cell prevailing(List<Cell> cells) {
        Map<Cell, Integer> counts = new EnumMap<>(Cell.class);
        cells.forEach(cell -> counts.merge(cell, 1, Integer::sum));
        if (counts.containsKey(Cell.PARKED)) {
            return Cell.PARKED;
        }
        if (counts.containsKey(Cell.RETRYING)) {
            return Cell.RETRYING;
        }
        Cell most = Cell.WAITING;
        for (Cell cell : List.of(Cell.RUNNING, Cell.DONE, Cell.COMMITTED)) {
            if (counts.getOrDefault(cell, 0) > counts.getOrDefault(most, 0)) {
                most = cell;
            }
        }
        return most;
    }

    private static String label(PartitionView partition) {
        long doneAbove = partition.cells().stream().filter(Cell.DONE::equals).count();
        return String.format(
                Locale.ROOT,
                "committed %s  above the gap %,d",
                partition.committed() < 0 ? "-" : String.format(Locale.ROOT, "%,d", partition.committed()),
                doneAbove);
    }

    private String drawn(List<Cell> bar) {
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < bar.size()) {
            Cell cell = bar.get(i);
            int from = i;
            while (i < bar.size() && bar.get(i) == cell) {
                i++;
            }
            text.append(coloured(cell, String.valueOf(cell.glyph(unicode)).repeat(i - from)));
        }
        return text.toString();
    }

    private List<String> legend(int scale, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("     ");
        int used = line.length();
        for (Cell cell : Cell.values()) {
            int length = 3 + cell.meaning().length();
            if (used + length > width && used > 5) {
                lines.add(line.toString());
                line = new StringBuilder("     ");
                used = line.length();
            }
            line.append(' ')
                    .append(coloured(cell, String.valueOf(cell.glyph(unicode))))
                    .append(' ')
                    .append(cut(cell.meaning(), Math.max(0, width - used - 3)));
            used += length;
        }
        String each = scale == 1 ? "  one cell is one record" : "  one cell is " + scale + " records";
        if (used + each.length() <= width) {
            line.append(each);
            lines.add(line.toString());
        } else {
            lines.add(line.toString());
            lines.add(cut("    " + each, width));
        }
        return lines;
    }

    private String coloured(Cell cell, String text) {
        return colours ? "\u001b[" + cell.colour() + "m" + text + "\u001b[0m" : text;
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width);
    }
}
