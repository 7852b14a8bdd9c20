package io.burrow.core.engine;

import io.burrow.core.schedule.Entry;
import java.util.ArrayList;
import java.util.List;

/** Deliveries that failed together and are tried again together: each owns its lane, if it has one. */
final class Group extends Entry {
    final List<Delivery> deliveries = new ArrayList<>();

    Group() {
        super(null);
    }
}
