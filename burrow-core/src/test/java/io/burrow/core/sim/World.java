package io.burrow.core.sim;

import io.burrow.api.TopicPartition;
import java.util.BitSet;
import java.util.Random;

/** What the members of a simulated group have in common. */
interface World {
    Weather weather();

    /** The one source of randomness. */
    Random random();

    /** The time in nanoseconds. */
    long nanos();

    /** The time, less what the simulation moved the clock by itself, in nanoseconds. */
    long ownNanos();

    /** Whether what happens is to be told. */
    boolean traces();

    /** Tells what happens. */
    void note(String event);

    /** Notes that an invariant does not hold. */
    void violated(String what);

    /** A position was moved: the committed offset of the partition may fall once. */
    void moved(TopicPartition partition);

    /** The offsets of a partition that were done by anybody. */
    BitSet everDone(TopicPartition partition);

    /** Lets things happen while a handler of a member runs. */
    void meanwhile(SimMember member);

    /** Lets time pass while a handler of a member runs, longer than any record may take. */
    void block(SimMember member);
}
