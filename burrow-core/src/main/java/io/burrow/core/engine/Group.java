package io.burrow.core.engine;

import io.burrow.core.schedule.Entry;
import io.burrow.core.schedule.Lane;
import io.burrow.core.schedule.Unit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A batch that failed as a whole and is tried again as one. It holds those that wait, of which each owns its lane, if
 * it has one, and knows where others of their lanes followed them.
 */
final class Group extends Entry {
    final Set<Delivery> deliveries = new LinkedHashSet<>();
    private final List<Unit> order = new ArrayList<>();

    Group() {
        super(null);
    }

    /** Adds one that waits. */
    void add(Delivery delivery) {
        deliveries.add(delivery);
        order.add(delivery);
    }

    /** Notes that the next one of a lane stood here. */
    void follow(Lane lane) {
        order.add(lane);
    }

    /** What stood in the batch, in its order: deliveries, perhaps gone since, and lanes for what followed in them. */
    List<Unit> order() {
        return order;
    }
}
