package io.burrow.it.page;

import io.burrow.it.page.Dashboard.Panel;
import io.burrow.it.page.Dashboard.Threshold;
import io.burrow.it.page.Prometheus.Point;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws panels as a page: headings, stats and charts, each at its place. Plain lines, no Grafana. */
final class DashboardDrawing {
    static final int WIDTH = 1180;
    private static final int ROW = 30;
    private static final int GAP = 8;
    private static final int LEFT = 52;
    private static final int TITLE = 26;
    private static final int MOST_NAMES = 6;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String[] COLOURS = {
        "#2f7d4f", "#b7791f", "#2b6cb0", "#c53030", "#6b46c1", "#2c7a7b", "#97266d", "#4a5568", "#7b8f1a", "#dd6b20"
    };
    private static final Map<String, String> NAMED = Map.of("green", "#2f7d4f", "orange", "#c05621", "red", "#b32222");

    private final double from;
    private final double to;
    private final int top;
    private final StringBuilder html = new StringBuilder();

    /** A line of a chart. */
    record Line(String name, List<Point> points) {}

    /** Takes the times of the left and the right edge, and the row of the grid that comes first. */
    DashboardDrawing(Instant from, Instant to, int top) {
        this.from = from.getEpochSecond();
        this.to = to.getEpochSecond();
        this.top = top;
        html.append("<!doctype html><meta charset=utf-8><style>")
                .append("body{margin:0;background:#eef0ee;font:12px sans-serif;color:#222}")
                .append("div{position:absolute;box-sizing:border-box;overflow:hidden}")
                .append(".p{background:#fff;border:1px solid #d5d9d5;border-radius:3px;padding:6px 8px}")
                .append(
                        "b{font-weight:600}h2{font-size:14px;margin:6px 2px}p{margin:0;line-height:15px;white-space:nowrap}")
                .append("p i{display:inline-block;width:10px;height:3px;margin:0 4px 3px 0}p span{margin-right:10px}")
                .append("</style>");
    }

    static int height(int rows) {
        return rows * ROW + GAP;
    }

    String html() {
        return html.toString();
    }

    void add(Panel panel, List<Line> lines) {
        int left = panel.x() * WIDTH / 24 + GAP / 2;
        int width = panel.width() * WIDTH / 24 - GAP;
        int height = panel.height() * ROW - GAP;
        html.append(format(
                "<div%s style=\"left:%dpx;top:%dpx;width:%dpx;height:%dpx%s\">",
                panel.isRow() ? "" : " class=p",
                left,
                (panel.y() - top) * ROW + GAP,
                width,
                panel.isRow() ? ROW : height,
                panel.isStat() && panel.coloured() ? ";color:#fff;background:" + colour(panel, lines) : ""));
        if (panel.isRow()) {
            html.append("<h2>").append(escaped(panel.title())).append("</h2>");
        } else {
            html.append("<b>").append(escaped(panel.title())).append("</b>");
            if (panel.isStat()) {
                html.append(format(
                        "<p style=\"font-size:30px;line-height:60px;text-align:center%s\">%s</p>",
                        panel.coloured() ? "" : ";color:" + colour(panel, lines), value(panel.unit(), last(lines))));
            } else if (panel.isTimeline()) {
                timeline(panel, lines, width - 18, height);
            } else {
                chart(panel, lines, width - 18, height);
            }
        }
        html.append("</div>");
    }

    private static double last(List<Line> lines) {
        List<Point> points = lines.get(0).points();
        for (int i = points.size() - 1; i >= 0; i--) {
            if (Double.isFinite(points.get(i).value())) {
                return points.get(i).value();
            }
        }
        return Double.NaN;
    }

    private static String colour(Panel panel, List<Line> lines) {
        String colour = "green";
        for (Threshold threshold : panel.thresholds()) {
            colour = last(lines) >= threshold.from() ? threshold.colour() : colour;
        }
        return NAMED.getOrDefault(colour, colour);
    }

    private void chart(Panel panel, List<Line> lines, int width, int height) {
        int names = Math.min(MOST_NAMES, lines.size());
        int plot = height - TITLE - 26 - 15 * names;
        double most = lines.stream()
                .flatMap(line -> line.points().stream())
                .mapToDouble(Point::value)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        double step = step(most);
        double high = Math.max(step, Math.ceil(most / step) * step);
        html.append(format(
                "<svg width=%d height=%d style=\"display:block;margin-top:6px\" font-size=10>", width, plot + 18));
        for (double tick = 0; tick <= high + step / 2; tick += step) {
            double y = y(tick, high, plot);
            html.append(format(
                    "<path d=\"M%d %.1fH%d\" stroke=#e3e6e3 /><text x=%d y=%.1f text-anchor=end fill=#555>%s</text>",
                    LEFT, y, width, LEFT - 4, y + 3, value(panel.unit(), tick)));
        }
        times(width, plot, LEFT);
        for (int i = 0; i < lines.size(); i++) {
            html.append(format(
                    "<path d=\"%s\" fill=none stroke=%s stroke-width=1.4 />",
                    path(lines.get(i), high, width, plot), COLOURS[i % COLOURS.length]));
        }
        html.append("</svg>");
        for (int i = 0; i < names; i++) {
            boolean more = i == names - 1 && lines.size() > names;
            html.append(format(
                    "<p><i style=\"background:%s\"></i><span>%s</span></p>",
                    more ? "none" : COLOURS[i % COLOURS.length],
                    more
                            ? "and " + (lines.size() - i) + " more"
                            : escaped(lines.get(i).name())));
        }
    }

    /** A bar for each line, with its name above it, while it has a value. */
    private void timeline(Panel panel, List<Line> lines, int width, int height) {
        int names = Math.min(MOST_NAMES, lines.size());
        int plot = height - TITLE - 26;
        int row = Math.min(40, plot / names);
        html.append(format(
                "<svg width=%d height=%d style=\"display:block;margin-top:6px\" font-size=10>", width, plot + 18));
        for (int i = 0; i < names; i++) {
            boolean more = i == names - 1 && lines.size() > names;
            String name = lines.get(i).name();
            html.append(format(
                    "<text x=0 y=%d fill=#222>%s</text>",
                    i * row + 10, more ? "and " + (lines.size() - i) + " more" : escaped(name)));
            if (!more) {
                String colour = panel.colour(name);
                html.append(format(
                        "<path d=\"%s\" fill=none stroke=%s stroke-width=%d />",
                        bars(lines.get(i), i * row + 15 + (row - 19) / 2.0, width),
                        NAMED.getOrDefault(colour, colour),
                        row - 19));
            }
        }
        times(width, plot, 0);
        html.append("</svg>");
    }

    private String bars(Line line, double y, int width) {
        StringBuilder path = new StringBuilder();
        double stride = stride(line);
        double before = Double.NaN;
        for (Point point : line.points()) {
            double left = point.epochSecond() - before <= stride * 1.5 ? before : point.epochSecond() - 0.2;
            path.append(format("M%.1f %.1fH%.1f", x(left, width, 0), y, x(point.epochSecond(), width, 0)));
            before = point.epochSecond();
        }
        return path.toString();
    }

    /** The times below, where the plot begins so far from the left. */
    private void times(int width, int plot, int begin) {
        for (int i = 0; i < 3; i++) {
            double at = from + (to - from) * i / 2;
            html.append(format(
                    "<text x=%.1f y=%d text-anchor=%s fill=#555>%s</text>",
                    x(at, width, begin),
                    plot + 16,
                    List.of("start", "middle", "end").get(i),
                    TIME.format(Instant.ofEpochSecond((long) at))));
        }
    }

    private static double stride(Line line) {
        double stride = line.points().size() < 2
                ? 0
                : line.points().get(1).epochSecond() - line.points().get(0).epochSecond();
        for (int i = 1; i < line.points().size(); i++) {
            stride = Math.min(
                    stride,
                    line.points().get(i).epochSecond()
                            - line.points().get(i - 1).epochSecond());
        }
        return stride;
    }

    /** Broken where a value, or a step, is missing. */
    private String path(Line line, double high, int width, int plot) {
        StringBuilder path = new StringBuilder();
        double stride = stride(line);
        double before = Double.NaN;
        for (Point point : line.points()) {
            if (Double.isFinite(point.value())) {
                boolean joined = point.epochSecond() - before <= stride * 1.5; // false after what is missing
                path.append(format(
                        "%s%.1f %.1f",
                        joined ? "L" : "M", x(point.epochSecond(), width, LEFT), y(point.value(), high, plot)));
                if (!joined) {
                    path.append("h.5"); // to be seen if it is alone
                }
                before = point.epochSecond();
            }
        }
        return path.toString();
    }

    private double x(double epochSecond, int width, int begin) {
        return begin + (width - begin) * (epochSecond - from) / (to - from);
    }

    private static double y(double value, double high, int plot) {
        return plot - (plot - 6) * value / high;
    }

    /** One of 1, 2, 5 times a power of ten, so that there are at most about four. */
    private static double step(double most) {
        double raw = most > 0 ? most / 4 : 0.25;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= raw) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    static String value(String unit, double value) {
        if (!Double.isFinite(value)) {
            return "no value";
        }
        return switch (unit) {
            case "cps" -> number(value) + "/s";
            case "s" -> seconds(value);
            case "bytes" -> value < 1024 ? number(value) + " B" : number(value / 1024) + " KiB";
            default -> value >= 10_000 ? number(value / 1000) + " K" : number(value);
        };
    }

    private static String seconds(double value) {
        if (value == 0) {
            return "0 s";
        }
        if (value < 0.001) {
            return number(value * 1e6) + " µs";
        }
        if (value < 1) {
            return number(value * 1e3) + " ms";
        }
        return value < 120 ? number(value) + " s" : number(value / 60) + " min";
    }

    private static String number(double value) {
        double abs = Math.abs(value);
        String text = abs >= 100 ? format("%.0f", value) : abs >= 1 ? format("%.1f", value) : format("%.3f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
