package io.burrow.it.chaos.check;

import io.burrow.core.snapshot.OffsetRanges;
import io.burrow.it.chaos.check.Evidence.Deletion;
import io.burrow.it.chaos.check.Evidence.Position;
import io.burrow.it.chaos.check.Evidence.StoredCommit;
import io.burrow.it.chaos.check.Evidence.Written;
import io.burrow.it.chaos.history.Event;
import io.burrow.it.chaos.history.History;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells what happened in a group of members on one partition, step by step. Each step comes a millisecond after the one
 * before. Key and partition are always the same, unless they are said.
 */
final class Story {
    static final int PARTITION = 0;

    private final Map<String, List<Event>> histories = new LinkedHashMap<>();
    private final List<Written> log = new ArrayList<>();
    private final List<Written> acknowledged = new ArrayList<>();
    private final List<StoredCommit> commits = new ArrayList<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private long beginning;
    private long millis = 1_000;

    /** The topic holds these offsets. */
    Story written(long... offsets) {
        for (long offset : offsets) {
            log.add(record(offset));
            acknowledged.add(record(offset));
        }
        return this;
    }

    /** Written and acknowledged, but not there any more. */
    Story vanished(long offset) {
        acknowledged.add(record(offset));
        return this;
    }

    /** What was acknowledged at an offset stands at another one. */
    Story moved(long from, long to) {
        log.add(new Written(new Position(PARTITION, to), record(from).id()));
        acknowledged.add(record(from));
        return this;
    }

    Story deleted(long below) {
        deletions.add(new Deletion(tick() * 1_000, PARTITION, below));
        beginning = Math.max(beginning, below);
        log.removeIf(record -> record.position().offset() < below);
        return this;
    }

    Story built(String member) {
        return note(member, new Event.Built(micros()));
    }

    /** A partition is handed over as Burrow tells it. */
    Story assigned(String member) {
        note(member, new Event.Assigning(micros(), PARTITION));
        return note(member, new Event.Assigned(micros(), PARTITION));
    }

    Story revoked(String member) {
        return note(member, new Event.Revoked(micros(), PARTITION));
    }

    Story lost(String member) {
        return note(member, new Event.Lost(micros(), PARTITION));
    }

    Story reset(String member, long from, long to) {
        return note(member, new Event.Reset(micros(), PARTITION, from, to));
    }

    Story started(String member, long offset, int attempt) {
        return started(member, offset, attempt, "key");
    }

    Story started(String member, long offset, int attempt, String key) {
        return note(member, new Event.Started(micros(), PARTITION, offset, attempt, key));
    }

    Story ended(String member, long offset) {
        return note(member, new Event.Ended(micros(), PARTITION, offset));
    }

    Story failed(String member, long offset) {
        return note(member, new Event.Failed(micros(), PARTITION, offset));
    }

    Story deadLettered(String member, long offset) {
        return note(member, new Event.DeadLettered(micros(), PARTITION, offset));
    }

    /** Started and ended. */
    Story handled(String member, long... offsets) {
        for (long offset : offsets) {
            started(member, offset, 1).ended(member, offset);
        }
        return this;
    }

    /** The brokers store a commit, and the member is told. */
    Story committed(String member, long offset, long... finished) {
        return stored(offset, finished).answered(member, offset);
    }

    /** The brokers store a commit. */
    Story stored(long offset, long... finished) {
        OffsetRanges.Builder ranges = OffsetRanges.builder();
        for (long each : finished) {
            ranges.add(each, each + 1);
        }
        commits.add(new StoredCommit(tick(), PARTITION, offset, ranges.build()));
        return this;
    }

    Story answered(String member, long offset) {
        return note(member, new Event.Committed(micros(), PARTITION, offset));
    }

    Story unanswered(String member, long offset) {
        return note(member, new Event.Unanswered(micros(), PARTITION, offset));
    }

    Story pollGap(String member, long gapMillis) {
        return note(member, new Event.PollGap(micros(), gapMillis));
    }

    Story latePoll(String member, long gapMillis) {
        return note(member, new Event.LatePoll(micros(), gapMillis));
    }

    Story closed(String member, boolean late, String... threads) {
        return note(member, new Event.Closed(micros(), true, late, List.of(threads)));
    }

    List<Violation> check() {
        return Checker.check(evidence());
    }

    Evidence evidence() {
        List<History> all = new ArrayList<>();
        histories.forEach((member, events) -> all.add(new History(member, events)));
        return new Evidence(all, log, acknowledged, Map.of(PARTITION, beginning), commits, deletions);
    }

    private static Written record(long offset) {
        return new Written(new Position(PARTITION, offset), "record " + offset);
    }

    private Story note(String member, Event event) {
        histories.computeIfAbsent(member, any -> new ArrayList<>()).add(event);
        return this;
    }

    private long micros() {
        return tick() * 1_000;
    }

    private long tick() {
        return millis++;
    }
}
