/**
 * Checks what was written down and read back of a group against Burrow's invariants. Pure:
 * {@link io.burrow.it.chaos.check.Checker} takes {@link io.burrow.it.chaos.check.Evidence} and says what contradicts
 * them.
 */
@NullMarked
package io.burrow.it.chaos.check;

import org.jspecify.annotations.NullMarked;
