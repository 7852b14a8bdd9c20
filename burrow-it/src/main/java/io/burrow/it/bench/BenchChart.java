package io.burrow.it.bench;

import io.burrow.it.bench.arm.ArmKind;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The rates as bars in an SVG picture, a group for each case. The scale is logarithmic: a thousand times lie between.
 */
public final class BenchChart {

    private static final int LABELS = 230;
    private static final int BARS = 560;
    private static final int FIGURES = 90;
    private static final int LINE = 18;
    private static final int GROUP = 26;
    private static final int HEAD = 34;
    private static final double LOWEST = 100;

    private static final Map<ArmKind, String> COLOURS = Map.of(
            ArmKind.BARE, "#9aa5b1",
            ArmKind.VIRTUAL, "#7bc4c4",
            ArmKind.BURROW, "#1f6feb",
            ArmKind.BURROW_WITH_METRICS, "#79b0f7",
            ArmKind.BURROW_TWICE, "#123f8f",
            ArmKind.PARALLEL, "#e08e45",
            ArmKind.PARALLEL_TUNED, "#c4682a",
            ArmKind.SHARE, "#8d6cab");

    private final BenchReport report;
    private final XMLStreamWriter xml;
    private final List<Figure> figures;
    private int y = HEAD;

    private BenchChart(BenchReport report, XMLStreamWriter xml) {
        this.report = report;
        this.xml = xml;
        this.figures = report.figures().stream()
                .filter(each -> Double.isFinite(each.median().recordsPerSecond()))
                .toList();
    }

    /**
     * Writes the picture.
     *
     * @param report what to draw
     * @param file where to; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public static void write(BenchReport report, Path file) throws IOException {
        Files.writeString(file, of(report));
    }

    static String of(BenchReport report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            new BenchChart(report, xml).draw();
            xml.close();
        } catch (XMLStreamException failure) {
            throw new IllegalStateException("cannot write to memory", failure);
        }
        return text + "\n";
    }

    private void draw() throws XMLStreamException {
        long cases = figures.stream().map(Figure::benchCase).distinct().count();
        int width = LABELS + BARS + FIGURES;
        long height = HEAD + cases * GROUP + (long) figures.size() * LINE + LINE;
        double highest = Math.max(
                LOWEST * 10,
                figures.stream()
                        .mapToDouble(each -> each.median().recordsPerSecond())
                        .max()
                        .orElse(0));
        xml.writeStartElement("svg");
        xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
        attributes("viewBox", "0 0 " + width + " " + height, "font-family", "sans-serif", "font-size", "12");
        rectangle(0, 0, width, height, "#ffffff");
        text(10, 20, "#1c2733", "Records per second, logarithmic. " + report.machine());
        String current = "";
        for (Figure each : figures) {
            if (!each.benchCase().name().equals(current)) {
                current = each.benchCase().name();
                y += GROUP;
                text(10, y - 6, "#1c2733", each.benchCase().title());
            }
            bar(each, highest);
        }
        xml.writeEndElement();
    }

    private void bar(Figure figure, double highest) throws XMLStreamException {
        double rate = figure.median().recordsPerSecond();
        double share = Math.log(Math.max(rate, LOWEST) / LOWEST) / Math.log(highest / LOWEST);
        double length = Math.max(1, share * BARS);
        text(24, y + 12, "#52606d", figure.arm().title());
        rectangle(LABELS, y + 2, length, LINE - 4, COLOURS.getOrDefault(figure.arm(), "#000000"));
        text(LABELS + length + 6, y + 12, "#52606d", String.format(Locale.ROOT, "%,.0f", rate));
        y += LINE;
    }

    private void rectangle(double x, double top, double width, double height, String colour) throws XMLStreamException {
        xml.writeEmptyElement("rect");
        attributes("x", number(x), "y", number(top), "width", number(width), "height", number(height), "fill", colour);
    }

    private void text(double x, double base, String colour, String words) throws XMLStreamException {
        xml.writeStartElement("text");
        attributes("x", number(x), "y", number(base), "fill", colour);
        xml.writeCharacters(words);
        xml.writeEndElement();
    }

    private void attributes(String... namesAndValues) throws XMLStreamException {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            xml.writeAttribute(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
