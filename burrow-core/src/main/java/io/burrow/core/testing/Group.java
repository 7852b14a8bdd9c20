package io.burrow.core.testing;

import io.burrow.api.BurrowException;
import io.burrow.api.ErrorCode;
import io.burrow.api.TopicPartition;
import io.burrow.api.spi.AssignedPartition;
import io.burrow.api.spi.CommitOutcome;
import io.burrow.api.spi.CommitPoint;
import io.burrow.api.spi.CommitResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator of one group. Guarded by the broker's lock.
 *
 * <p>The coordinator says what each member shall have ({@link Member#target}); a member moves towards it in its polls,
 * and what it has meanwhile is {@link Member#positions}. Between the two lies all that makes rebalances hard: a member
 * that has not polled still works on what it is about to lose, and one that was thrown out does not know.
 *
 * <pre>
 *   eager         change ──► each: revoked(all) ──► when the last one did, each: assigned(target)
 *   cooperative   change ──► revoked(has − target) ──► assigned(target − what others still have)
 * </pre>
 */
final class Group {
    private final String name;
    private final Logs logs;
    private final Monitor monitor;
    private final OffsetStore offsets;
    private final TreeMap<String, Member> members = new TreeMap<>();
    private final Map<TopicPartition, String> pins = new HashMap<>();

    private RebalanceProtocol protocol = RebalanceProtocol.EAGER;
    private int namesGiven;
    private int rotation;
    private int generation;
    /** Eager: waits for the members to give up what they have. */
    private boolean preparing;
    /** Counts what may concern a member, so that a poll without news costs nothing. */
    private long version;

    private boolean holding;
    private final Deque<Held> held = new ArrayDeque<>();

    Group(String name, Logs logs, Monitor monitor) {
        this.name = name;
        this.logs = logs;
        this.monitor = monitor;
        this.offsets = new OffsetStore(name, logs);
    }

    OffsetStore offsets() {
        return offsets;
    }

    Collection<Member> members() {
        return members.values();
    }

    @Nullable
    Member member(String member) {
        return members.get(member);
    }

    boolean isLive(Member member) {
        return members.get(member.name) == member;
    }

    String nextName() {
        return name + "-" + ++namesGiven;
    }

    void protocol(RebalanceProtocol protocol) {
        if (!members.isEmpty()) {
            throw new IllegalStateException(
                    "protocol of " + name + " must be set before members join: " + members.keySet());
        }
        this.protocol = protocol;
    }

    /** The topics that live members read or that something is committed for. */
    Set<TopicPartition> partitions() {
        Set<TopicPartition> partitions = new TreeSet<>(offsets.partitions());
        members.values().forEach(m -> m.topics.forEach(topic -> partitions.addAll(logs.partitions(topic))));
        return partitions;
    }

    long lag(TopicPartition partition) {
        PartitionLog log = logs.of(partition.topic(), partition.partition());
        CommitPoint committed = offsets.committed(partition);
        long from = Math.max(log.startOffset(), committed == null ? 0 : committed.offset());
        return Math.max(0, log.endOffset() - from);
    }

    // ---- membership

    void join(Member member) {
        member.expired = false;
        member.target = Set.of();
        member.withheld.clear();
        member.generation = -1;
        member.rejoined = true;
        members.put(member.name, member);
        rebalance();
        member.assignmentPending |= protocol == RebalanceProtocol.COOPERATIVE;
    }

    /** The member is gone for good: it left or crashed. */
    void remove(Member member) {
        if (isLive(member)) {
            members.remove(member.name);
            pins.values().removeIf(member.name::equals);
            rebalance();
        }
        member.positions.clear();
        member.expired = false;
    }

    /** The member is thrown out and does not know; it learns of it in its next poll. */
    void expire(Member member) {
        members.remove(member.name);
        member.expired = true;
        rebalance();
    }

    void topicChanged(String topic) {
        if (members.values().stream().anyMatch(m -> m.topics.contains(topic))) {
            rebalance();
        }
    }

    void rotate() {
        rotation++;
        rebalance();
    }

    void pin(Member member, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> pins.put(partition, member.name));
        rebalance();
    }

    void withhold(Member member, Collection<TopicPartition> partitions) {
        if (protocol == RebalanceProtocol.EAGER) {
            rebalance();
            return;
        }
        partitions.stream().filter(member.positions::containsKey).forEach(member.withheld::add);
        news();
    }

    /** Begins to bring the members to what they shall have from now on. */
    void rebalance() {
        if (protocol == RebalanceProtocol.COOPERATIVE) {
            generation++;
            assign();
        } else if (!preparing) {
            preparing = true;
            for (Member member : members.values()) {
                // one that was told of no assignment since the last has nothing to give up
                member.rejoined = member.generation != generation && member.positions.isEmpty();
                member.assignmentPending = false;
            }
        }
        completeIfAllRejoined();
        news();
    }

    private void completeIfAllRejoined() {
        if (preparing && members.values().stream().allMatch(m -> m.rejoined)) {
            preparing = false;
            generation++;
            assign();
            members.values().forEach(m -> m.assignmentPending = true);
        }
    }

    private void assign() {
        Map<String, Set<TopicPartition>> targets = new HashMap<>();
        List<Member> order = new ArrayList<>(members.values());
        order.forEach(m -> targets.put(m.name, new TreeSet<>()));
        Set<String> topics = new TreeSet<>();
        order.forEach(m -> topics.addAll(m.topics));
        int next = rotation;
        for (String topic : topics) {
            for (TopicPartition partition : logs.partitions(topic)) {
                Member pinned = members.get(pins.getOrDefault(partition, ""));
                if (pinned != null && pinned.topics.contains(topic)) {
                    targets.get(pinned.name).add(partition);
                    continue;
                }
                while (!order.get(Math.floorMod(next, order.size())).topics.contains(topic)) {
                    next++;
                }
                targets.get(order.get(Math.floorMod(next, order.size())).name).add(partition);
                next++;
            }
        }
        order.forEach(m -> m.target = targets.get(m.name));
    }

    private void news() {
        version++;
        monitor.changed();
    }

    // ---- what a member does in a poll

    boolean isSettled(Member member) {
        return member.settledAt == version && !member.expired;
    }

    long version() {
        return version;
    }

    /** A member that was thrown out finds out, and joins again. Returns what it lost. */
    List<TopicPartition> rejoin(Member member) {
        List<TopicPartition> lost = List.copyOf(member.positions.keySet());
        member.positions.clear();
        join(member);
        return lost;
    }

    /** What the member has to give up now, or null if nothing is asked of it. */
    @Nullable
    List<TopicPartition> leaving(Member member) {
        if (protocol == RebalanceProtocol.EAGER) {
            return preparing && !member.rejoined ? List.copyOf(member.positions.keySet()) : null;
        }
        List<TopicPartition> leaving = new ArrayList<>();
        for (TopicPartition partition : member.positions.keySet()) {
            if (!member.target.contains(partition) || member.withheld.contains(partition)) {
                leaving.add(partition);
            }
        }
        return leaving.isEmpty() ? null : leaving;
    }

    /** The member has given up partitions; it may have been thrown out meanwhile. */
    void gaveUp(Member member, List<TopicPartition> partitions) {
        partitions.forEach(member.positions::remove);
        partitions.forEach(member.withheld::remove);
        if (isLive(member)) {
            if (preparing) {
                member.rejoined = true;
                completeIfAllRejoined();
            }
            news();
        }
    }

    /**
     * Gives the member what it may have now.
     *
     * @param notYet what it has just given up and gets at its next poll at the earliest
     * @return what it was given, maybe empty; or null if there is nothing to tell it
     */
    @Nullable
    List<AssignedPartition> coming(Member member, Collection<TopicPartition> notYet) {
        if (!isLive(member) || preparing) {
            return null;
        }
        Set<TopicPartition> taken = new HashSet<>();
        if (protocol == RebalanceProtocol.COOPERATIVE) {
            taken.addAll(notYet);
            members.values().forEach(m -> taken.addAll(m.positions.keySet()));
        }
        Map<TopicPartition, Member.Position> added = new TreeMap<>();
        List<AssignedPartition> assigned = new ArrayList<>();
        if (protocol == RebalanceProtocol.COOPERATIVE || member.assignmentPending) {
            for (TopicPartition partition : member.target) {
                if (!taken.contains(partition)) {
                    Member.Position position = start(member, partition);
                    added.put(partition, position);
                    assigned.add(new AssignedPartition(partition, position.offset, offsets.committed(partition)));
                }
            }
        }
        boolean tell = member.assignmentPending || !added.isEmpty();
        member.generation = generation;
        member.assignmentPending = false;
        member.positions.putAll(added);
        return tell ? assigned : null;
    }

    private Member.Position start(Member member, TopicPartition partition) {
        PartitionLog log = logs.of(partition.topic(), partition.partition());
        CommitPoint committed = offsets.committed(partition);
        return committed != null
                ? new Member.Position(log, committed.offset(), committed.leaderEpoch())
                : new Member.Position(log, resetOffset(member, partition, log), -1);
    }

    static long resetOffset(Member member, TopicPartition partition, PartitionLog log) {
        return switch (member.options.resetPolicy()) {
            case EARLIEST -> log.startOffset();
            case LATEST -> log.endOffset();
            case NONE ->
                throw new BurrowException(
                        ErrorCode.SOURCE_FAILED,
                        "there is no offset to read " + partition + " from, and the reset policy is NONE");
        };
    }

    // ---- commits

    CommitResult commit(Member member, Map<TopicPartition, CommitPoint> points, int metadataLimit) {
        boolean live = isLive(member);
        CommitOutcome refused = null;
        if (!live) {
            refused = CommitOutcome.NOT_OWNED;
        } else if (preparing && member.rejoined) {
            refused = CommitOutcome.RETRY;
        }
        return offsets.commit(member, points, live, refused, metadataLimit);
    }

    void commitAsync(
            Member member,
            Map<TopicPartition, CommitPoint> points,
            int metadataLimit,
            Consumer<? super CommitResult> done) {
        if (holding && isLive(member)) {
            held.add(new Held(member, Map.copyOf(points), member.generation, metadataLimit, done));
        } else {
            member.answers.add(new Member.Answer(done, commit(member, points, metadataLimit)));
        }
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        List<Held> all = List.copyOf(held);
        held.clear();
        all.forEach(this::handle);
    }

    int held() {
        return held.size();
    }

    /** A later request of a member never overtakes an earlier one. */
    void flush(Member member) {
        for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
            Held commit = each.next();
            if (commit.member == member) {
                each.remove();
                handle(commit);
            }
        }
    }

    /** The member is gone: what it sent never arrives. */
    void drop(Member member) {
        for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
            Held commit = each.next();
            if (commit.member == member) {
                each.remove();
                member.answers.add(new Member.Answer(
                        commit.done, CommitResult.all(commit.points.keySet(), CommitOutcome.RETRY, null)));
            }
        }
    }

    private void handle(Held commit) {
        Member member = commit.member;
        CommitResult result;
        if (isLive(member) && commit.generation != member.generation) {
            // sent in a generation that has ended: refused, as a broker does, whether or not the partition came back
            result = offsets.commit(member, commit.points, true, CommitOutcome.RETRY, commit.metadataLimit);
        } else {
            result = commit(member, commit.points, commit.metadataLimit);
        }
        member.answers.add(new Member.Answer(commit.done, result));
        monitor.changed();
    }

    /** An asynchronous commit that is under way for as long as the test likes. */
    private record Held(
            Member member,
            Map<TopicPartition, CommitPoint> points,
            int generation,
            int metadataLimit,
            Consumer<? super CommitResult> done) {}
}
