/**
 * {@code ./burrow bench}: Burrow and others side by side on a real broker in its own process, each measurement in a
 * process of its own, and the budget they are held against. {@link io.burrow.it.bench.Bench} runs it.
 */
@NullMarked
package io.burrow.it.bench;

import org.jspecify.annotations.NullMarked;
