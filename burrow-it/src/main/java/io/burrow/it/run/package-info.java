/**
 * What {@code ./burrow run} does: a topic is consumed without a line of Java, and each record is given to something.
 */
@NullMarked
package io.burrow.it.run;

import org.jspecify.annotations.NullMarked;
