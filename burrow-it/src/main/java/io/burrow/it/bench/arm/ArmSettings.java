package io.burrow.it.bench.arm;

import io.burrow.it.bench.arm.Consumption.Order;
import io.burrow.it.bench.arm.Consumption.Threads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the process of a measurement is told, on its command line.
 *
 * @param kind the way to consume
 * @param bootstrapServers where the broker is
 * @param topic what to read, from the beginning
 * @param group a group that has committed nothing
 * @param consumption how to consume
 * @param span what to measure
 * @param crash what to do instead, if it is about a process that is killed
 */
public record ArmSettings(
        ArmKind kind,
        String bootstrapServers,
        String topic,
        String group,
        Consumption consumption,
        Span span,
        @Nullable Crash crash) {

    /** How many records a poll brings at most, the same for all. */
    public static final int MAX_POLL_RECORDS = 2_000;

    private static final int SESSION_MILLIS = 6_000;

    /**
     * The command line.
     *
     * @return one {@code name=value} each
     */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
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
                "millis=" + span.millis()));
        if (crash != null) {
            arguments.add("journal=" + crash.file());
            arguments.add("journal-records=" + crash.records());
            arguments.add("journal-partitions=" + crash.partitions());
            arguments.add("kill-after=" + crash.killAfter());
        }
        return arguments;
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
                        Long.parseLong(value(values, "millis"))),
                !values.containsKey("journal")
                        ? null
                        : new Crash(
                                value(values, "journal"),
                                Long.parseLong(value(values, "journal-records")),
                                Integer.parseInt(value(values, "journal-partitions")),
                                Long.parseLong(value(values, "kill-after"))));
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing: " + name);
        }
        return value;
    }

    /**
     * The same for a process that is killed, or comes after it.
     *
     * @param newCrash which of the two
     * @return a copy
     */
    public ArmSettings with(Crash newCrash) {
        return new ArmSettings(kind, bootstrapServers, topic, group, consumption, span, newCrash);
    }

    /**
     * What the handler does.
     *
     * @return one for the whole process
     */
    public Handling handling() {
        return new Handling(consumption.work(), consumption.timed(), crash);
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
        if (crash != null) {
            // the group has to notice that the first process is gone
            properties.put("session.timeout.ms", SESSION_MILLIS);
            properties.put("heartbeat.interval.ms", SESSION_MILLIS / 3);
        }
        return properties;
    }
}
