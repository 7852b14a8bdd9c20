package io.burrow.core.sim.teeth;

/**
 * A test of a scenario, and a defect that it must find.
 *
 * @param test the simple name of the class, below {@code io.burrow.core.scenario}, and the method
 * @param defect the guard taken out
 */
record ScenarioTooth(String test, Defect defect) {
    /** Which row of the list it is about. */
    String row() {
        return method().substring(1, 3);
    }

    String className() {
        return "io.burrow.core.scenario." + test.substring(0, test.indexOf('.'));
    }

    String method() {
        return test.substring(test.indexOf('.') + 1);
    }

    @Override
    public String toString() {
        return row() + ": " + defect.name();
    }
}
