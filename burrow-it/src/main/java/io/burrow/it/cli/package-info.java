/** The commands of {@code ./burrow}, one class each. */
@NullMarked
package io.burrow.it.cli;

import org.jspecify.annotations.NullMarked;
