package io.burrow.core.testing;

import io.burrow.api.TopicPartition;
import io.burrow.api.spi.CommitOutcome;
import java.util.List;

/**
 * What can happen to the groups of an {@link InMemoryBroker}, on request: rebalances, members thrown out or crashed,
 * commits and polls that fail. Made by {@link InMemoryBroker#faults()}.
 *
 * <p>Every method may be called by any thread and returns at once. What it does to a member shows in that member's next
 * poll or commit, or in the poll that it waits in. A member is named as its source is; one whose source is not open is
 * refused with {@link IllegalArgumentException}.
 */
public final class BrokerFaults {
    private final InMemoryBroker broker;

    BrokerFaults(InMemoryBroker broker) {
        this.broker = broker;
    }

    // ---- rebalances

    /**
     * Begins a rebalance in which everybody ends with what they had. In an eager group all partitions are revoked and
     * come back; in a cooperative one nothing moves.
     *
     * @param group the group
     */
    public void rebalance(String group) {
        broker.change(() -> broker.group(group).rebalance());
    }

    /**
     * Begins a rebalance in which every partition goes to the next member, as far as there are others and it was not
     * {@linkplain #move moved}.
     *
     * @param group the group
     */
    public void rotate(String group) {
        broker.change(() -> broker.group(group).rotate());
    }

    /**
     * Takes partitions away from a member, which gets them back in the poll after the one that revokes them. In an
     * eager group all partitions of all members are revoked, as always there, and come back as soon as all have given
     * them up.
     *
     * @param member the member
     * @param partitions the partitions; those it does not have are ignored
     */
    public void revoke(String member, TopicPartition... partitions) {
        broker.change(() -> {
            Member found = live(member);
            found.group.withhold(found, List.of(partitions));
        });
    }

    /**
     * Begins a rebalance in which a member gets the given partitions, whoever has them. It keeps them until it leaves
     * or crashes, or they are moved again.
     *
     * @param member the member
     * @param partitions the partitions
     */
    public void move(String member, TopicPartition... partitions) {
        broker.change(() -> {
            Member found = live(member);
            found.group.pin(found, List.of(partitions));
        });
    }

    // ---- members

    /**
     * Throws a member out of its group, as the end of its session or of its poll interval does. Its partitions go to
     * the others at once. It learns of it in its next poll, which tells that all is lost and joins again; until then
     * its commits come to {@link CommitOutcome#NOT_OWNED}.
     *
     * @param member the member
     */
    public void expire(String member) {
        broker.change(() -> {
            Member found = live(member);
            found.group.expire(found);
        });
    }

    /**
     * Ends a member as {@code kill -9} does: no callback, no last commit; asynchronous commits that are held never
     * arrive. Its partitions go to the others at once, and its name is free. Whoever still uses its source gets errors.
     *
     * @param member the member
     */
    public void crash(String member) {
        broker.change(() -> {
            Member found = broker.member(member);
            found.crashed = true;
            broker.leave(found);
            found.answers.clear();
        });
    }

    /**
     * Makes the next poll of a member throw, before it does anything else. May be called several times, for several
     * polls.
     *
     * @param member the member
     * @param failure what is thrown
     */
    public void failNextPoll(String member, RuntimeException failure) {
        broker.change(() -> broker.member(member).pollFaults.add(failure));
    }

    /**
     * Moves the position of a member, which its next poll tells as a reset. Does nothing if the member does not have
     * the partition then.
     *
     * @param member the member
     * @param partition the partition
     * @param offset the next offset to read, not negative
     */
    public void resetPosition(String member, TopicPartition partition, long offset) {
        Require.atLeast(0, "offset", offset);
        broker.change(() -> {
            Member.Position position = broker.member(member).positions.get(partition);
            if (position != null) {
                position.resetTo = offset;
            }
        });
    }

    // ---- commits

    /**
     * Makes the next commit of a group come to something else for all its partitions, without being stored. May be
     * called several times, for several commits.
     *
     * @param group the group
     * @param outcome what it comes to, not {@link CommitOutcome#COMMITTED}
     */
    public void failNextCommit(String group, CommitOutcome outcome) {
        broker.change(() -> broker.group(group).offsets().failNext(outcome));
    }

    /**
     * Makes the next commit of one partition come to something else, without being stored; others in the same commit
     * are not affected. May be called several times, for several commits.
     *
     * @param group the group
     * @param partition the partition
     * @param outcome what it comes to, not {@link CommitOutcome#COMMITTED}
     */
    public void failNextCommit(String group, TopicPartition partition, CommitOutcome outcome) {
        broker.change(() -> broker.group(group).offsets().failNext(partition, outcome));
    }

    /**
     * Makes the next commit of a group that the broker handles be stored, but come to {@link CommitOutcome#RETRY} for
     * those who sent it, as a lost answer does.
     *
     * @param group the group
     */
    public void loseNextCommitAnswer(String group) {
        broker.change(() -> broker.group(group).offsets().loseNextAnswer());
    }

    /**
     * Keeps asynchronous commits of a group under way from now on: neither stored nor answered until
     * {@link #releaseAsyncCommits}, or until the same member commits synchronously, which waits for what it sent
     * before. One that comes to the broker when its sender has been through a rebalance is not stored and comes to
     * {@link CommitOutcome#RETRY}.
     *
     * @param group the group
     */
    public void holdAsyncCommits(String group) {
        broker.change(() -> broker.group(group).hold());
    }

    /**
     * Lets the broker handle the asynchronous commits that were held, in their order, and holds no more. The answers
     * come in the next call of each source.
     *
     * @param group the group
     */
    public void releaseAsyncCommits(String group) {
        broker.change(() -> broker.group(group).release());
    }

    /**
     * Forgets what is planned for the commits of a group and for the polls of its members, and lets the broker handle
     * asynchronous commits that are held.
     *
     * @param group the group
     */
    public void clear(String group) {
        broker.change(() -> {
            Group found = broker.group(group);
            found.offsets().clearFaults();
            found.members().forEach(member -> member.pollFaults.clear());
            found.release();
        });
    }

    /**
     * How many asynchronous commits of a group are held.
     *
     * @param group the group
     * @return the number
     */
    public int heldAsyncCommits(String group) {
        return broker.monitor().call(() -> broker.group(group).held());
    }

    private Member live(String member) {
        Member found = broker.member(member);
        if (!found.group.isLive(found)) {
            throw new IllegalArgumentException("member " + member + " was thrown out and has not joined again");
        }
        return found;
    }
}
