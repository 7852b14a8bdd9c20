/** Runs the races that stand beside the classes they are about, and shows that they find what they are there for. */
@NullMarked
package io.burrow.core.race;

import org.jspecify.annotations.NullMarked;
