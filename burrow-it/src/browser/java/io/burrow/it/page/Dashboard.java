package io.burrow.it.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a dashboard's file says, as far as its panels are drawn by it; all variables are at "All". */
record Dashboard(List<Panel> panels) {
    private static final Pattern LABEL = Pattern.compile("\\{\\{ *(\\w+) *}}");

    /** A query, with the name of each of its series by their labels. */
    record Query(String expression, String legend) {
        String name(Map<String, String> labels) {
            return LABEL.matcher(legend)
                    .replaceAll(label -> Matcher.quoteReplacement(labels.getOrDefault(label.group(1), "")));
        }
    }

    /** From which value on a stat has a colour. */
    record Threshold(String colour, double from) {}

    /** The colour of all series of a panel whose name has the pattern in it. */
    record Colour(Pattern names, String colour) {}

    /** A row's heading, a stat, a chart or a timeline, at its place in a grid of 24 columns. */
    record Panel(
            String type,
            String title,
            String unit,
            int x,
            int y,
            int width,
            int height,
            List<Query> queries,
            List<Threshold> thresholds,
            List<Colour> colours,
            boolean coloured) {
        boolean isRow() {
            return type.equals("row");
        }

        boolean isStat() {
            return type.equals("stat");
        }

        boolean isTimeline() {
            return type.equals("state-timeline");
        }

        /** The colour of a series; the last that fits. */
        String colour(String name) {
            String colour = "green";
            for (Colour each : colours) {
                colour = each.names.matcher(name).find() ? each.colour : colour;
            }
            return colour;
        }
    }

    static Dashboard read(Path file, Duration rateInterval) throws IOException {
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        List<Panel> panels = new ArrayList<>();
        for (JsonNode panel : json.get("panels")) {
            JsonNode place = panel.get("gridPos");
            JsonNode defaults = panel.path("fieldConfig").path("defaults");
            List<Query> queries = new ArrayList<>();
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        substituted(target.get("expr").asText(), json, rateInterval),
                        target.get("legendFormat").asText()));
            }
            List<Threshold> thresholds = new ArrayList<>();
            for (JsonNode step : defaults.path("thresholds").path("steps")) {
                thresholds.add(new Threshold(
                        step.get("color").asText(), step.path("value").asDouble(Double.NEGATIVE_INFINITY)));
            }
            List<Colour> colours = new ArrayList<>();
            colours.add(new Colour(
                    Pattern.compile(""),
                    defaults.path("color").path("fixedColor").asText("green")));
            for (JsonNode override : panel.path("fieldConfig").path("overrides")) {
                String names = override.at("/matcher/options").asText();
                colours.add(new Colour(
                        Pattern.compile(names.substring(1, names.length() - 1)), // without its slashes
                        override.at("/properties/0/value/fixedColor").asText()));
            }
            panels.add(new Panel(
                    panel.get("type").asText(),
                    panel.get("title").asText(),
                    defaults.path("unit").asText(),
                    place.get("x").asInt(),
                    place.get("y").asInt(),
                    place.get("w").asInt(),
                    place.get("h").asInt(),
                    queries,
                    thresholds,
                    colours,
                    panel.path("options").path("colorMode").asText().equals("background")));
        }
        return new Dashboard(panels);
    }

    private static String substituted(String expression, JsonNode dashboard, Duration rateInterval) {
        String text = expression.replace("$__rate_interval", rateInterval.toSeconds() + "s");
        for (JsonNode variable : dashboard.get("templating").get("list")) {
            String all = variable.path("allValue").asText();
            if (!all.isEmpty()) {
                text = text.replace("$" + variable.get("name").asText(), all);
            }
        }
        if (text.contains("$")) {
            throw new IllegalArgumentException("a variable that the dashboard does not have: " + text);
        }
        return text;
    }
}
