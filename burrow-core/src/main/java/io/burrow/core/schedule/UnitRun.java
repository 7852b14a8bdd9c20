package io.burrow.core.schedule;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run of units that exist. */
public final class UnitRun extends Run {
    private final @Nullable Unit[] units;

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
        Unit unit = Objects.requireNonNull(units[index]);
        units[index] = null; // a run outlives its units: the last one until another comes
        return unit;
    }
}
