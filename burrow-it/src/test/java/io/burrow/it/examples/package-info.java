/** Runs the examples on a real broker; and how a handler is tested without one. */
@NullMarked
package io.burrow.it.examples;

import org.jspecify.annotations.NullMarked;
