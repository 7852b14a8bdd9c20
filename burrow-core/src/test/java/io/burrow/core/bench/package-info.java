/** Measurements by hand: mains that print figures. Nothing here is run by the build. */
@NullMarked
package io.burrow.core.bench;

import org.jspecify.annotations.NullMarked;
