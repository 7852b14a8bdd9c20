/** Tests of {@code ./burrow chaos}. */
@NullMarked
package io.burrow.it.chaos;

import org.jspecify.annotations.NullMarked;
