package io.burrow.core.engine;

import io.burrow.core.host.Demand;

/** An attempt is waited for until something ended it, or its assignment is over. */
final class AttemptDemand extends Demand {
    private final Delivery delivery;
    private final int attempt;

    AttemptDemand(Delivery delivery, int attempt) {
        super(null);
        this.delivery = delivery;
        this.attempt = attempt;
    }

    @Override
    protected boolean isAsked() {
        return delivery.running() == attempt && delivery.assignment().phase != Assignment.DEAD;
    }
}
