/** Whether the simulation finds what is wrong: defects put into copies of the real classes, by the test alone. */
@NullMarked
package io.burrow.core.sim.teeth;

import org.jspecify.annotations.NullMarked;
