package io.burrow.core.schedule;

import org.jspecify.annotations.Nullable;

/** A run of units that exist. */
public final class UnitRun extends Run {
    private final Unit[] units;

    /**
     * Makes a run.
     *
     * @param units what it has; not copied
     */
    public UnitRun(Unit... units) {
        super(units.length);
        this.units = units;
    }

    @Override
    protected Unit unit(int index, @Nullable Taker taker) {
        return units[index];
    }
}
