package io.burrow.it.bench.arm;

import io.burrow.it.bench.arm.Consumption.Order;
import io.burrow.it.bench.arm.Consumption.Threads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the process of a measurement is told, on its command line.
 *
 * @param kind the way to consume
 * @param bootstrapServers where the broker is
 * @param topic what to read, from the beginning
 * @param group a group that has committed nothing
 * @param consumption how to consume
 * @param span what to measure
 */
public record ArmSettings(
        ArmKind kind, String bootstrapServers, String topic, String group, Consumption consumption, Span span) {

    /** How many records a poll brings at most, the same for all. */
    public static final int MAX_POLL_RECORDS = 2_000;

    /**
     * The command line.
     *
     * @return one {@code name=value} each
     */
    public List<String> arguments() {
        return List.of(
                "kind=" + kind,
                "servers=" + bootstrapServers,
                "topic=" + topic,
                "group=" + group,
                "order=" + consumption.order(),
                "concurrency=" + consumption.concurrency(),
                "threads=" + consumption.threads(),
                "work=" + consumption.work().text(),
                "commit=" + consumption.commitMillis(),
                "buffered=" + consumption.buffered(),
                "timed=" + consumption.timed(),
                "warm-records=" + span.warmRecords(),
                "last-records=" + span.lastRecords(),
                "warm-millis=" + span.warmMillis(),
                "millis=" + span.millis());
    }

    /**
     * Reads {@link #arguments()}.
     *
     * @param arguments the command line
     * @return the settings
     * @throws IllegalArgumentException if one is missing or not understood
     */
    public static ArmSettings parse(String... arguments) {
        Map<String, String> values = new HashMap<>();
        for (String each : arguments) {
            int equals = each.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not name=value: " + each);
            }
            values.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return new ArmSettings(
                ArmKind.valueOf(value(values, "kind")),
                value(values, "servers"),
                value(values, "topic"),
                value(values, "group"),
                new Consumption(
                        Order.valueOf(value(values, "order")),
                        Integer.parseInt(value(values, "concurrency")),
                        Threads.valueOf(value(values, "threads")),
                        Work.parse(value(values, "work")),
                        Integer.parseInt(value(values, "commit")),
                        Integer.parseInt(value(values, "buffered")),
                        Boolean.parseBoolean(value(values, "timed"))),
                new Span(
                        Long.parseLong(value(values, "warm-records")),
                        Long.parseLong(value(values, "last-records")),
                        Long.parseLong(value(values, "warm-millis")),
                        Long.parseLong(value(values, "millis"))));
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing: " + name);
        }
        return value;
    }

    /**
     * What every consumer is made with.
     *
     * @return properties, for the caller to add to
     */
    public Map<String, Object> consumerProperties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("group.id", group);
        properties.put("max.poll.records", MAX_POLL_RECORDS);
        properties.put("auto.offset.reset", "earliest");
        return properties;
    }
}
