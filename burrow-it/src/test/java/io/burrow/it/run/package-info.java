/** Tests of what {@code ./burrow run} does, without a broker. */
@NullMarked
package io.burrow.it.run;

import org.jspecify.annotations.NullMarked;
