/** Time as Burrow reads it: one port, so that a test can hold the clock. Internal: no public API. */
@NullMarked
package io.burrow.core.time;

import org.jspecify.annotations.NullMarked;
