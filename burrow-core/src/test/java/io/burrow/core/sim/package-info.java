/** Whole groups of Burrows over an in-memory broker, in one thread, driven by one seed. */
@NullMarked
package io.burrow.core.sim;

import org.jspecify.annotations.NullMarked;
